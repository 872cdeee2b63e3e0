import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { offsetsOf } from '../src/kafka/admin/log/resume-offsets.ts'
import { INTERVALS } from '../src/market/interval.ts'
import { candles } from '../src/topics.ts'
import type { BenchOptions, Figures } from './bench.ts'
import { query, withDatabase } from './bench-database.ts'
import { TICKSTREAM } from './bench-servers.ts'
import { withTopics } from './bench-topics.ts'
import { catchUp, fill } from './catch-up.ts'
import { seededTicks } from './seeded-trades.ts'

const countRows = async (url: string): Promise<number> =>
  Number((await query(url, 'select count(*) as n from candles'))[0]?.n ?? 0)

/** Counting takes of the same cores: seldom enough that the sink is what is measured. */
const COUNT_EVERY_MS = 200

/** Rows that are due: every final of the topics, one a window. */
const waitForRows = async (url: string, due: number): Promise<number> => {
  let first = 0
  for (;;) {
    const rows = await countRows(url)
    if (rows > 0 && first === 0) first = performance.now()
    if (rows >= due) return (performance.now() - first) / 1000
    await sleep(COUNT_EVERY_MS)
  }
}

/** The finals of a catch-up into an empty table, timed from the first row seen to the last. */
export const sink = ({ records }: BenchOptions): Promise<Figures> =>
  withTopics(
    topics =>
      withDatabase(topics.settings, async settings => {
        await fill(topics.kafka, topics.prefix, seededTicks({ trades: records, symbols: 20, minutes: 60, seed: 1 }))
        const { finals } = await catchUp(topics, { intervals: INTERVALS })
        const stage = spawn(process.execPath, [TICKSTREAM, 'sink', 'postgres'], {
          env: { ...process.env, ...settings, LOG_LEVEL: 'error' },
          stdio: ['ignore', 'ignore', 'inherit']
        })
        try {
          const seconds = await waitForRows(settings.POSTGRES_URL, finals)
          const inTopics = (
            await Promise.all(
              INTERVALS.map(interval => offsetsOf(topics.kafka, topics.prefix + candles[interval].name))
            )
          ).flat()
          const read = inTopics.reduce((sum, at) => sum + Number(at.high - at.low), 0)
          return { rows: finals, recordsRead: read, rowsPerSecond: Math.round(finals / seconds) }
        } finally {
          stage.kill('SIGTERM')
          if (stage.exitCode === null) await once(stage, 'exit')
        }
      }),
    ['kafka', 'postgres']
  )
