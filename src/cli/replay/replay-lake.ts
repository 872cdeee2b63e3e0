import { createKafka } from '../../kafka/client/client.ts'
import { checkKeeps, openTargetTopic } from '../../kafka/read/copy-target.ts'
import { type LakeFile, liveFiles } from '../../lake/manifest/manifest.ts'
import { touches } from '../../lake/read/ids-in-time-range.ts'
import { ticksInRange } from '../../lake/read/replay-ticks.ts'
import type { LakeStore } from '../../lake/store/lake-store.ts'
import { openStore } from '../../lake/store/open-store.ts'
import { TickstreamError } from '../../market/error.ts'
import { instrumentKey } from '../../market/instrument.ts'
import { epochMs } from '../../market/time.ts'
import { createProgress } from '../../replay/run/progress.ts'
import { replayRecords } from '../../replay/run/replay-records.ts'
import { tickSource } from '../../replay/tick-source.ts'
import { iso } from '../../research/time-range-flags.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import type { Context } from '../run/command.ts'
import { type LakeRequest, parseLakeReplay } from './lake-request.ts'

type FilesByInstrument = ReadonlyMap<string, readonly LakeFile[]>

const filesOf = (files: readonly LakeFile[]): FilesByInstrument =>
  Map.groupBy(files, ({ exchange, instrument }) => `${exchange}:${instrument}`)

/** The files of what was asked for. Throws `TS-CONFIG` that names everything that the lake cannot give. */
const chosen = ({ instruments, from, to }: LakeRequest, held: FilesByInstrument, url: string): FilesByInstrument => {
  const problems: string[] = []
  const names = instruments?.map(instrumentKey) ?? [...held.keys()]
  const known = [...held.keys()].sort().join(', ')
  if (held.size === 0) problems.push(`--from-lake: ${url} holds no trades: no entry stands in raw_ticks/_manifest`)
  else
    for (const name of names)
      if (!held.has(name)) problems.push(`--symbol ${name}: ${url} does not hold it; it holds ${known}`)
  const found = names.filter(name => held.has(name)).map(name => [name, held.get(name)!] as const)
  for (const [name, files] of found)
    if (files.some(({ ids }) => ids === null))
      problems.push(`--symbol: ids of ${name} are no numbers, and give no order; name others`)
  if (problems.length === 0 && !found.some(([, files]) => files.some(file => touches(file, { from, to }))))
    problems.push(`--from ${iso(from)} --to ${iso(to)}: ${url} holds no trade of that time`)
  if (problems.length > 0)
    throw new TickstreamError('TS-CONFIG', `replay cannot begin:\n${problems.map(p => `  ${p}`).join('\n')}`)
  return new Map(found)
}

const copy = async (
  context: Context,
  request: LakeRequest,
  store: LakeStore,
  wanted: FilesByInstrument
): Promise<void> => {
  const { config, log, signal } = context
  const { from, to, speed } = request
  const touched = [...wanted.values()].flat().filter(file => touches(file, { from, to }))
  const oldest = touched.reduce<number>((least, { minTime }) => Math.min(least, minTime), to)
  const kafka = createKafka(config.kafka, 'replay', log)
  const topic = config.topicPrefix + request.topic
  await checkKeeps(kafka, topic, epochMs(Math.max(from, oldest)), request.liftRetention, clock)
  const rows = touched.reduce((sum, file) => sum + file.rows, 0)
  const list = async (name: string) => filesOf(await liveFiles(store)).get(name) ?? []
  const source = tickSource(
    [...wanted].map(([name, files]) => ticksInRange(store, files, { from, to }, () => list(name)))
  )
  const target = await openTargetTopic(kafka, topic, false)
  const progress = createProgress(rows, clock, process.stderr.isTTY, text => process.stderr.write(text))
  const onSent = (records: readonly unknown[]): void => progress.add(records.length)
  let isWhole = false
  try {
    await replayRecords({ source, target: target.write, partitions: [0], speed, clock, signal, onSent })
    isWhole = true
  } finally {
    progress.end(isWhole)
    await target.close()
  }
}

/** Feeds trades of a lake into a topic, as `raw_ticks` holds them. */
export const replayLake = async (context: Context): Promise<void> => {
  const request = parseLakeReplay(context.values)
  const store = await openStore(request.place, context.config.s3)
  try {
    await copy(context, request, store, chosen(request, filesOf(await liveFiles(store)), store.url))
  } finally {
    store.close()
  }
}
