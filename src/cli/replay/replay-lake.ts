import { createKafka } from '../../kafka/client/client.ts'
import { checkKeeps, openTargetTopic } from '../../kafka/read/copy-target.ts'
import { type LakeFile, liveFiles } from '../../lake/manifest/manifest.ts'
import { touches } from '../../lake/read/ids-in-time-range.ts'
import { ticksInRange } from '../../lake/read/replay-ticks.ts'
import { unnumberedTicks } from '../../lake/read/unnumbered-ticks.ts'
import type { LakeStore } from '../../lake/store/lake-store.ts'
import { openStore } from '../../lake/store/open-store.ts'
import { epochMs } from '../../market/time.ts'
import { type FilesByInstrument, filesByInstrument, wantedFiles } from '../../replay/lake-files.ts'
import { type LakeRequest, parseLakeReplay } from '../../replay/lake-request.ts'
import { createProgress } from '../../replay/run/progress.ts'
import { replayRecords } from '../../replay/run/replay-records.ts'
import { tickSource } from '../../replay/tick-source.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import type { Context } from '../run/command.ts'

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
  const list = async (name: string) => filesByInstrument(await liveFiles(store)).get(name) ?? []
  const ticksOf = (name: string, files: readonly LakeFile[]) => {
    const ticks = files.some(({ ids }) => ids === null) ? unnumberedTicks : ticksInRange
    return ticks(store, files, { from, to }, () => list(name))
  }
  const source = tickSource([...wanted].map(([name, files]) => ticksOf(name, files)))
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
  const store = await openStore(request.location, context.config.s3)
  try {
    await copy(context, request, store, wantedFiles(request, filesByInstrument(await liveFiles(store)), store.url))
  } finally {
    store.close()
  }
}
