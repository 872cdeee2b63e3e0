import { createKafka } from '../../kafka/client.ts'
import { tail } from '../../kafka/tail.ts'
import { instrumentKey } from '../../market/instrument.ts'
import type { Config } from '../../runtime/config.ts'
import type { Host } from '../../runtime/embedded/host.ts'
import type { Logger } from '../../runtime/log.ts'
import { within } from '../../runtime/within.ts'
import type { Incoming } from '../../stream/topic.ts'
import { candles, gaps } from '../../topics.ts'
import { type Board, boardIntervals, createBoard } from './board.ts'
import { drawBoard, type Surroundings, statusLine } from './draw-board.ts'
import type { RunningStage } from './run-stages.ts'
import type { Screen } from './screen.ts'
import type { Session } from './session.ts'
import { stageLag } from './stage-lag.ts'

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
const START_TRIES = 20
const START_PAUSE_MS = 250

/** Shows committed candles and holes until the signal: a live block on a terminal, a line now and then elsewhere. */
export const watchMarket = async (view: Watch): Promise<void> => {
  const { config, session, log } = view
  const board = createBoard(config.symbols.map(instrumentKey), config.intervals)
  const fresh = boardIntervals(config.intervals).map(interval => config.topicPrefix + candles[interval].name)
  const whole = [config.topicPrefix + gaps.name]
  const kafka = createKafka(config.kafka, 'up', log)
  const watch = () => tail(kafka, { whole, fresh }, record => see(board, record, whole[0]!, session.host.clock.now()))
  const stop = await patiently(watch, session.host)
  session.stops.push('view', async () => void (await within(STOP_WITHIN_MS, stop(), session.host.clock)))
  void keepDrawing(view, board)
}

/** A broker may not lead yet the topics that were just made. Rejects with the last problem, or when the signal is raised. */
const patiently = async <T>(start: () => Promise<T>, { clock, signal }: Host): Promise<T> => {
  for (let left = START_TRIES; ; left--) {
    try {
      return await start()
    } catch (error) {
      if (left === 0) throw error
      await clock.sleep(START_PAUSE_MS, signal)
    }
  }
}

const see = (board: Board, record: Incoming, gapsTopic: string, now: number): void => {
  if (!record.value) return
  if (record.topic === gapsTopic) board.seeGap(String(record.key), gaps.codec.decode(record.value))
  else board.seeCandle(candles['1m'].codec.decode(record.value), now)
}

const keepDrawing = async ({ session, screen, stages, simulated, footer }: Watch, board: Board): Promise<void> => {
  const { clock, signal } = session.host
  const startedAt = clock.monotonicMs()
  const everyMs = screen.isTerminal ? DRAW_EVERY_MS : STATUS_EVERY_MS
  while (!signal.aborted) {
    const states = await Promise.all(stages.map(stageLag))
    const uptime = `up ${clockText(clock.monotonicMs() - startedAt)} · Ctrl-C stops all in order`
    const around: Surroundings = { simulated, stages: states, footer: [...footer, uptime], columns: screen.columns() }
    if (screen.isTerminal) screen.show(drawBoard(board.rows(), around))
    else if (board.rows().some(({ candle }) => candle)) screen.say(statusLine(board.rows(), states))
    const isEmpty = board.rows().every(({ candle }) => !candle)
    await clock.sleep(isEmpty ? DRAW_EVERY_MS : everyMs, signal).catch(() => undefined)
  }
}

/** `1:02:03` */
const clockText = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000)
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return `${hours}:${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}
