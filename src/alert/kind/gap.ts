import { instrumentKey } from '../../market/instrument.ts'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import { gaps } from '../../topics.ts'
import type { Observation } from '../observation.ts'
import { type AlertKindOf, isAbout, type Signal } from './alert-kind.ts'

/** A final minute that lacks volume, where no number of the trades tells of a gap. Each of its revisions says so anew. */
export const lacksVolume = (observation: Observation): boolean =>
  observation.kind === 'candle' && observation.record.final && observation.record.missingVolume !== undefined

/** One trade at least; nobody can tell how many. History has no page for it, so it is lost at once. */
const volumeSignals = (candle: Candle): readonly Signal[] => {
  const [instrument, minute] = [instrumentKey(candle), new Date(candle.openTime).toISOString()]
  const signal = { subject: `${instrument}@${candle.openTime}`, about: { instrument }, time: candle.closeTime }
  const what = `${instrument}: a volume of ${candle.missingVolume} of the minute ${minute}`
  return [
    { ...signal, value: 1, message: `${what} is missing` },
    { ...signal, value: 0, isLast: true, message: `${what} is lost, unless it comes late` }
  ]
}

const gapSignals = (record: Gap): readonly Signal[] => {
  const { fromId, toId, count, status } = record
  const instrument = instrumentKey(record)
  const what = `${instrument}: ${count} trades, ids ${fromId} to ${toId},`
  const signal = { subject: gaps.key(record), about: { instrument }, time: gaps.time(record) }
  const missing: Signal = { ...signal, value: count, message: `${what} are missing` }
  const says = status === 'filled' ? `${what} are filled` : `${what} are lost for good`
  const over: Signal = { ...signal, value: 0, isLast: true, message: says }
  if (status === 'open') return [missing]
  return status === 'filled' ? [over] : [missing, over]
}

const signalsOf = (observation: Observation): readonly Signal[] => {
  if (observation.kind === 'gap') return gapSignals(observation.record)
  return observation.kind === 'candle' && lacksVolume(observation) ? volumeSignals(observation.record) : []
}

const isOf = (rule: AlertRule, { about }: Signal): boolean =>
  'instrument' in about && about.instrument !== undefined && isAbout(rule, about.instrument)

/** Trades that are missing: each gap is a subject of its own, and ends filled or lost. One that is known only as lost is told all the same. */
export const gap: AlertKindOf = {
  on: 'gap',
  what: 'missing trades',
  signals: (rule, observation) => signalsOf(observation).filter(signal => isOf(rule, signal))
}
