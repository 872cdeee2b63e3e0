import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import type { InfluxWriter } from './influx-writer.ts'
import { type Lag, pipelineLines, samplePipeline } from './pipeline.ts'

const EVERY_MS = 10_000

/** Where the figures go, and how it is told to stop. */
type Report = {
  readonly write: InfluxWriter
  readonly stage: string
  /** The lag of every group now. */
  readonly readLags: () => Promise<readonly Lag[]>
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Writes measurement `pipeline` every ten seconds until the signal. A figure is of its moment: one that cannot be written is not written later. */
export const reportPipeline = async ({ write, stage, readLags, clock, log, signal }: Report): Promise<void> => {
  let before = await samplePipeline(stage, clock.now())
  while (!signal.aborted) {
    try {
      await clock.sleep(EVERY_MS, signal)
      const now = await samplePipeline(stage, clock.now())
      const lines = pipelineLines(before, now, await readLags())
      before = now
      await write(lines, signal)
    } catch (err) {
      log.debug({ err }, 'figures of the pipeline were not written')
    }
  }
}
