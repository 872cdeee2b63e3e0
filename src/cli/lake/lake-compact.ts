import { type Compacted, compactDay } from '../../lake/maintain/compact-day.ts'
import { compactLake } from '../../lake/maintain/compact-lake.ts'
import { parseAge, parseDay } from '../../lake/maintain/parse-day.ts'
import { removeReplaced } from '../../lake/maintain/remove-replaced.ts'
import { dayOf } from '../../lake/manifest/lake-paths.ts'
import type { LakeStore } from '../../lake/store/lake-store.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { Command, Context } from '../run/command.ts'
import { openLake } from './open-lake.ts'

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const lineOf = (compacted: Compacted): string =>
  `${compacted.topic}/${compacted.partition} offsets ${compacted.firstOffset}..${compacted.lastOffset}: ${compacted.entries} entries are one, ` +
  `${compacted.filesBefore} files are ${compacted.filesAfter}, ${compacted.rows} ${compacted.what}`

const compact = async (store: LakeStore, date: string | null, ageMs: number, signal: AbortSignal): Promise<void> => {
  let partitions = 0
  const work = date ? compactDay(store, date, signal) : compactLake(store, dayOf(systemClock.now()), signal)
  for await (const compacted of work) {
    print(lineOf(compacted))
    partitions++
  }
  if (partitions === 0) print(`nothing of ${date ?? 'the days that are over'} is in parts that could be one`)
  const removed = await removeReplaced(store, systemClock.now() - ageMs, signal)
  if (removed > 0) print(`${removed} objects removed that others have replaced`)
}

const run = async (context: Context): Promise<number> => {
  const date = parseDay(context.values.date)
  const ageMs = parseAge(context.values['remove-after'])
  const store = await openLake(context, context.values.lake, 'lake')
  try {
    await compact(store, date, ageMs, context.signal)
    return 0
  } finally {
    store.close()
  }
}

export const command: Command = {
  name: 'lake compact',
  summary: 'make one file an instrument of the many that a day came in',
  usage: `--date D             the UTC day, as 2024-08-09; today's too, as far as it is written; left out: every day that is over, and what an
                     earlier version wrote
--lake PATH          a folder or s3://bucket/prefix; LAKE_DIR when left out
--remove-after AGE   when what was replaced is removed, at this or a later run (default: 1h): readers that began before it was
                     replaced have until then
Readers who take the list of files from the manifest see the parts or the whole, never both. It may be stopped at any time, and
goes on when it is run again; the sink may write meanwhile.`,
  options: { date: { type: 'string' }, lake: { type: 'string' }, 'remove-after': { type: 'string' } },
  run
}
