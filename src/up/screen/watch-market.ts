import { createKafka } from '../../kafka/client/client.ts'
import { tail } from '../../kafka/read/tail.ts'
import { isPoison } from '../../market/error.ts'
import { instrumentKey } from '../../market/instrument.ts'
import type { EpochMs } from '../../market/time.ts'
import { aborted } from '../../runtime/aborted.ts'
import type { Config } from '../../runtime/config/config.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { createPulse, type Pulse, STALLED_AFTER_MS } from '../../runtime/observe/pulse.ts'
import { within } from '../../runtime/within.ts'
import { decodeRecord, type Incoming } from '../../stream/topic.ts'
import { candles, gaps } from '../../topics.ts'
import type { RunningStage } from '../run-stages.ts'
import type { Session } from '../session.ts'
import { type Board, boardIntervals, createBoard, type Row } from './board.ts'
import { drawBoard, type Surroundings, statusLine } from './draw-board.ts'
import type { Screen } from './screen.ts'

const LAG = /^kafka_consumergroup_lag\{[^}]*\} (\d+)/gm

const MAX_SHOWN = 60
const ASK_WITHIN_MS = 1_000

const ask = (url: string): Promise<Response> => fetch(url, { signal: AbortSignal.timeout(ASK_WITHIN_MS) })

/**
 * A stage's state and how many records it is behind, in a few words. Its figures are of what the broker said last: while that is
 * silent nobody knows them.
 */
const stageLag = async ({ name, metricsUrl, state }: RunningStage, isBrokerSilent: boolean): Promise<string> => {
  if (state() !== 'running') return `${name} ${state()}`
  try {
    const [readiness, metrics] = await Promise.all([ask(metricsUrl().replace(/metrics$/, 'readyz')), ask(metricsUrl())])
    const [readyText, text] = await Promise.all([readiness.text(), metrics.text()])
    if (isBrokerSilent) return `${name} ! lag unknown`
    if (!readiness.ok) return `${name} ! ${readyText.trim().split('\n')[0]?.slice(0, MAX_SHOWN)}`
    const lags = [...text.matchAll(LAG)].map(match => Number(match[1]))
    return lags.length === 0 ? `${name} ✓` : `${name} ✓ ${lags.reduce((sum, lag) => sum + lag, 0)} behind`
  } catch {
    return `${name} starting`
  }
}

const showOn = (board: Board, { topic, key, value, timestamp }: Incoming, gapsTopic: string, now: EpochMs): void => {
  if (!value) return
  if (topic === gapsTopic) board.updateGap(String(key), decodeRecord(gaps, value, timestamp))
  else board.updateCandle(decodeRecord(candles['1m'], value, timestamp), now)
}

/** Shows a record of `gaps` or of candles. One that cannot be used shows nothing, and hides no other: the stages make the dead letter. */
export const showRecord = (board: Board, record: Incoming, gapsTopic: string, now: EpochMs): void => {
  try {
    showOn(board, record, gapsTopic, now)
  } catch (error) {
    if (!isPoison(error)) throw error
  }
}

/** What the watcher shows, and where it reads it. */
type Watch = {
  readonly session: Session
  /** The settings of the stages. */
  readonly config: Config
  readonly log: Logger
  readonly screen: Screen
  readonly stages: readonly RunningStage[]
  readonly simulated: boolean
  readonly footer: readonly string[]
}

const DRAW_EVERY_MS = 500
const STATUS_EVERY_MS = 10_000
const STOP_WITHIN_MS = 2_000
const START_PAUSE_MS = 250

/** Shows committed candles and gaps until the signal: a live block on a terminal, a line now and then elsewhere. */
export const watchMarket = (view: Watch): void => {
  const { config, session } = view
  const board = createBoard(config.symbols.map(instrumentKey), config.intervals)
  const pulse = createPulse(session.host.clock)
  const stopping = new AbortController()
  const reading = keepReading(view, board, pulse, AbortSignal.any([session.host.signal, stopping.signal]))
  session.stops.push('view', async () => {
    stopping.abort()
    await within(STOP_WITHIN_MS, reading, session.host.clock)
  })
  void keepDrawing(view, board, pulse)
}

/** Reads until the signal, and begins anew whenever that breaks off: a broker may be away, or may not lead yet topics that were just made. */
const keepReading = async ({ config, session, log }: Watch, board: Board, pulse: Pulse, signal: AbortSignal) => {
  const { clock } = session.host
  const fresh = boardIntervals(config.intervals).map(interval => config.topicPrefix + candles[interval].name)
  const whole = [config.topicPrefix + gaps.name]
  const kafka = createKafka(config.kafka, 'up', log)
  const onRecord = (record: Incoming): void => showRecord(board, record, whole[0]!, clock.now())
  while (!signal.aborted) {
    const broken = Promise.withResolvers<void>()
    try {
      const stop = await tail(kafka, { whole, fresh }, onRecord, { pulse, onBroken: broken.resolve })
      await Promise.race([broken.promise, aborted(signal)])
      await stop()
    } catch (error) {
      log.debug({ err: error }, 'the view cannot be read')
    }
    await clock.sleep(START_PAUSE_MS, signal).catch(() => undefined)
  }
}

const keepDrawing = async (view: Watch, board: Board, pulse: Pulse): Promise<void> => {
  const { session, screen, stages } = view
  const { clock, signal } = session.host
  const startedAt = clock.monotonicMs()
  const silentMs = (): number => pulse.ageMs() ?? clock.monotonicMs() - startedAt
  let printedAt = Number.NEGATIVE_INFINITY
  let wasSilent = false
  while (!signal.aborted) {
    const silence = brokerSilence(silentMs())
    const rows = board.rows(clock.now())
    const isDue = clock.monotonicMs() - printedAt >= STATUS_EVERY_MS || (silence !== null) !== wasSilent
    if (screen.isTerminal || (isDue && rows.some(({ candle }) => candle))) {
      printedAt = clock.monotonicMs()
      wasSilent = silence !== null
      const states = await Promise.all(stages.map(stage => stageLag(stage, silence !== null)))
      draw(view, rows, silence === null ? states : [silence, ...states], clock.monotonicMs() - startedAt)
    }
    await clock.sleep(DRAW_EVERY_MS, signal).catch(() => undefined)
  }
}

/** In words; null while the broker answers. */
const brokerSilence = (ms: number): string | null =>
  ms > STALLED_AFTER_MS ? `Kafka does not answer for ${Math.round(ms / 1_000)} s` : null

const draw = (view: Watch, rows: readonly Row[], states: readonly string[], upMs: number): void => {
  const { screen, simulated, footer } = view
  if (!screen.isTerminal) {
    screen.print(statusLine(rows, states))
    return
  }
  const uptime = `up ${clockText(upMs)} · Ctrl-C stops all in order`
  const around: Surroundings = { simulated, stages: states, footer: [...footer, uptime], columns: screen.columns() }
  screen.show(drawBoard(rows, around))
}

/** `1:02:03` */
const clockText = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000)
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return `${hours}:${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}
