import { type Instrument, instrumentKey, parseInstrument } from '../../market/instrument.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { parseSpeed, type Speed } from '../../replay/parse-speed.ts'
import type { LakePlace } from '../../runtime/config/config.ts'
import { parseLake } from '../../runtime/config/read-lake.ts'
import { type Flags, isOn, neededFlag, refuseProblems, textFlag, timeFlag } from '../../runtime/flags.ts'

/** What `replay --from-lake` was asked to do. */
export type LakeRequest = {
  readonly place: LakePlace
  readonly from: EpochMs
  /** Exclusive. */
  readonly to: EpochMs
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

const placeOf = (flags: Flags): LakePlace | null => {
  const text = neededFlag(flags, 'from-lake', 'name a folder, or s3://bucket/prefix')
  const place = parseLake(text)
  if (place !== undefined) return place
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

/** Reads the options of `replay --from-lake`. Throws one `TS-CONFIG` that lists everything wrong with them. */
export const parseLakeReplay = (values: Flags['values']): LakeRequest => {
  const flags: Flags = { values, problems: [] }
  const place = placeOf(flags)
  for (const name of ['from', 'to']) neededFlag(flags, name, TIME)
  const [from, to] = [timeFlag(flags, 'from'), timeFlag(flags, 'to')]
  if (from !== null && to !== null && from >= to) flags.problems.push('--from is not before --to')
  const instruments = instrumentsOf(flags)
  const speed = speedOf(flags)
  const topic = neededFlag(flags, 'to-topic', 'name the topic that takes the trades')
  for (const name of OTHERS)
    if (values[name] !== undefined) flags.problems.push(`--${name} says nothing to a lake: leave it or --from-lake out`)
  refuseProblems(flags, 'replay')
  return {
    ...{ place: place!, from: from ?? epochMs(0), to: to ?? epochMs(0) },
    ...{ instruments, speed, topic, liftRetention: isOn(flags, 'lift-retention') }
  }
}
