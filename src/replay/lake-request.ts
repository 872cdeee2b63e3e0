import { type Instrument, instrumentKey, parseInstrument } from '../market/instrument.ts'
import { type EpochMs, epochMs } from '../market/time.ts'
import type { LakeLocation } from '../runtime/config/config.ts'
import { parseLake } from '../runtime/config/read-lake.ts'
import { type Flags, isOn, neededFlag, refuseProblems, textFlag, timeFlag } from '../runtime/flags.ts'
import { parseSpeed, type Speed } from './parse-speed.ts'

/** Frames of a lake that were asked for, by the times they were received. */
export type FramesRequest = {
  readonly location: LakeLocation
  readonly from: EpochMs
  /** Exclusive. */
  readonly to: EpochMs
}

/** What `replay --from-lake` was asked to do. Its times are those of events. */
export type LakeRequest = FramesRequest & {
  /** null: all that the lake holds. */
  readonly instruments: readonly Instrument[] | null
  readonly speed: Speed
  /** Without the prefix. */
  readonly topic: string
  readonly liftRetention: boolean
}

const TIME = 'give a time as 2024-08-09T00:00:00Z'

/** What a replay of a topic takes, and one of a lake does not. */
const OTHERS = [
  ...['topic', 'partition', 'from-offset', 'from-time', 'to-offset', 'to-time'],
  ...['to-stdout', 'to-group']
]

/** What a replay of trades takes besides, and one of frames does not. */
const OF_TRADES = ['symbol', 'speed', 'to-topic', 'lift-retention']

const locationOf = (flags: Flags): LakeLocation | null => {
  const text = neededFlag(flags, 'from-lake', 'name a folder, or s3://bucket/prefix')
  const location = parseLake(text)
  if (location !== undefined) return location
  flags.problems.push(`--from-lake ${text}: give a folder, or s3://bucket/prefix`)
  return null
}

const instrumentsOf = ({ values, problems }: Flags): readonly Instrument[] | null => {
  const texts = [values.symbol ?? []].flat().flatMap(text => String(text).split(','))
  const found = texts.flatMap(text => {
    try {
      return [parseInstrument(text.trim())]
    } catch {
      problems.push(`--symbol ${text}: write exchange:BASE/QUOTE, for example binance:BTC/USDT`)
      return []
    }
  })
  return texts.length === 0
    ? null
    : [...new Map(found.map(instrument => [instrumentKey(instrument), instrument])).values()]
}

const speedOf = (flags: Flags): Speed => {
  const text = textFlag(flags, 'speed') ?? '1'
  const speed = parseSpeed(text)
  if (speed !== undefined) return speed
  flags.problems.push(`--speed ${text}: give a number above 0, or max`)
  return 'max'
}

const framesOf = (flags: Flags): FramesRequest => {
  const location = locationOf(flags)
  for (const name of ['from', 'to']) neededFlag(flags, name, TIME)
  const [from, to] = [timeFlag(flags, 'from'), timeFlag(flags, 'to')]
  if (from !== null && to !== null && from >= to) flags.problems.push('--from is not before --to')
  return { location: location!, from: from ?? epochMs(0), to: to ?? epochMs(0) }
}

const refuseOptions = ({ values, problems }: Flags, names: readonly string[], says: string): void => {
  for (const name of names) if (values[name] !== undefined) problems.push(`--${name} ${says}`)
}

const NOT_OF_A_LAKE = 'says nothing to a lake: leave it or --from-lake out'

/** Reads which frames of a lake `replay --redecode` or `record` is to take. Throws one `TS-CONFIG` that lists everything wrong. */
export const parseLakeFrames = (values: Flags['values'], command: string): FramesRequest => {
  const flags: Flags = { values, problems: [] }
  const request = framesOf(flags)
  refuseOptions(flags, OTHERS, NOT_OF_A_LAKE)
  refuseOptions(flags, OF_TRADES, 'says nothing to frames of a lake: leave it out')
  refuseProblems(flags, command)
  return request
}

/** Reads the options of `replay --from-lake`. Throws one `TS-CONFIG` that lists everything wrong with them. */
export const parseLakeReplay = (values: Flags['values']): LakeRequest => {
  const flags: Flags = { values, problems: [] }
  const frames = framesOf(flags)
  const instruments = instrumentsOf(flags)
  const speed = speedOf(flags)
  const topic = neededFlag(flags, 'to-topic', 'name the topic that takes the trades')
  refuseOptions(flags, OTHERS, NOT_OF_A_LAKE)
  refuseProblems(flags, 'replay')
  return { ...frames, instruments, speed, topic, liftRetention: isOn(flags, 'lift-retention') }
}
