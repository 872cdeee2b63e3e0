import { TickstreamError } from '../market/error.ts'
import { type EpochMs, epochMs } from '../market/time.ts'
import { parseSpeed, type Speed } from './parse-speed.ts'

/** An end of what is asked for: an offset, or a time that timestamps are compared with. */
export type Mark = { readonly offset: bigint } | { readonly time: EpochMs }

/** Where the records go. */
type Destination =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'topic'; readonly name: string; readonly liftRetention: boolean }
  | { readonly kind: 'group'; readonly name: string }

/** What `replay` was asked to do. Names are without the prefix. */
export type ReplayRequest = {
  readonly topic: string
  /** null: all of them */
  readonly partition: number | null
  readonly from: Mark
  /** Exclusive; null: up to the end as it is at the start. */
  readonly to: Mark | null
  /** Times the recorded pace; `max`: as fast as it goes. */
  readonly speed: Speed
  readonly destination: Destination
}

type Values = Readonly<Record<string, unknown>>

/** Reads options, and gathers what is wrong with them. */
type Reading = { readonly values: Values; readonly problems: string[] }

const textOf = ({ values }: Reading, name: string): string | null => {
  const value = values[name]
  return typeof value === 'string' && value !== '' ? value : null
}

const wholeOf = (reading: Reading, name: string): bigint | null => {
  const text = textOf(reading, name)
  if (text === null) return null
  if (/^\d+$/.test(text)) return BigInt(text)
  reading.problems.push(`--${name} ${text}: give a whole number of at least 0`)
  return null
}

const timeOf = (reading: Reading, name: string): EpochMs | null => {
  const text = textOf(reading, name)
  if (text === null) return null
  const time = Date.parse(text)
  if (/^\d{4}-/.test(text) && Number.isFinite(time)) return epochMs(time)
  reading.problems.push(`--${name} ${text}: give a time as 2024-08-09T00:00:00Z`)
  return null
}

const markOf = (reading: Reading, side: 'from' | 'to'): Mark | null => {
  const offset = wholeOf(reading, `${side}-offset`)
  const time = timeOf(reading, `${side}-time`)
  if (offset !== null && time !== null) reading.problems.push(`give --${side}-offset or --${side}-time, not both`)
  if (offset !== null) return { offset }
  return time === null ? null : { time }
}

const destinationsOf = (reading: Reading): readonly Destination[] => {
  const topic = textOf(reading, 'to-topic')
  const group = textOf(reading, 'to-group')
  const liftRetention = reading.values['lift-retention'] === true
  return [
    ...(reading.values['to-stdout'] === true ? [{ kind: 'stdout' } as const] : []),
    ...(topic === null ? [] : [{ kind: 'topic', name: topic, liftRetention } as const]),
    ...(group === null ? [] : [{ kind: 'group', name: group } as const])
  ]
}

const speedOf = (reading: Reading, destination: Destination | undefined): Speed => {
  const text = textOf(reading, 'speed')
  if (text === null) return destination?.kind === 'topic' ? 1 : 'max'
  const speed = parseSpeed(text)
  if (speed !== undefined) return speed
  reading.problems.push(`--speed ${text}: give a number above 0, or max`)
  return 'max'
}

/** Options of a replay of a lake, which is read elsewhere. */
const OF_LAKE = ['from', 'to', 'symbol']

const checkCombination = (reading: Reading, request: Partial<ReplayRequest>): void => {
  const { problems } = reading
  const { topic, destination, to, from } = request
  if (!topic) problems.push('--topic is missing: name the topic to replay')
  const hasFrom = from || textOf(reading, 'from-offset') || textOf(reading, 'from-time')
  if (!hasFrom) problems.push('--from-offset or --from-time is missing: say where to begin')
  for (const name of OF_LAKE)
    if (reading.values[name] !== undefined)
      problems.push(`--${name} speaks of a lake: give --from-lake, or leave it out`)
  if (destination?.kind === 'topic' && destination.name === topic)
    problems.push(`--to-topic ${topic}: a topic cannot be replayed into itself; name another one`)
  if (destination?.kind === 'group' && (to || textOf(reading, 'speed')))
    problems.push('--to-group takes a beginning only: leave --to-offset, --to-time and --speed out')
}

/** Reads the options of `replay`. Throws one `TS-CONFIG` that lists everything wrong with them. */
export const parseReplay = (values: Values): ReplayRequest => {
  const reading: Reading = { values, problems: [] }
  const topic = textOf(reading, 'topic')
  const partition = wholeOf(reading, 'partition')
  const from = markOf(reading, 'from')
  const to = markOf(reading, 'to')
  const destinations = destinationsOf(reading)
  const [destination] = destinations
  const speed = speedOf(reading, destination)
  if (destinations.length !== 1) reading.problems.push('give one of --to-stdout, --to-topic T2 and --to-group G')
  checkCombination(reading, {
    ...(topic ? { topic } : {}),
    ...(from ? { from } : {}),
    to,
    ...(destination ? { destination } : {})
  })
  if (reading.problems.length > 0 || !topic || !from || !destination)
    throw new TickstreamError('TS-CONFIG', `replay cannot begin:\n${reading.problems.map(p => `  ${p}`).join('\n')}`)
  return { topic, partition: partition === null ? null : Number(partition), from, to, speed, destination }
}
