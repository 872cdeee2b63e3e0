import { instrumentKey } from '../../market/instrument.ts'
import { gaps } from '../../topics.ts'
import { type AlertKindOf, isAbout, type Signal } from './alert-kind.ts'

/** Trades that are missing: each gap is a subject of its own, and ends filled or lost. One that is known only as lost is told all the same. */
export const gap: AlertKindOf = {
  on: 'gap',
  what: 'missing trades',
  signals: (rule, fact) => {
    if (fact.kind !== 'gap') return []
    const { fromId, toId, count, status } = fact.record
    const instrument = instrumentKey(fact.record)
    if (!isAbout(rule, instrument)) return []
    const what = `${instrument}: ${count} trades, ids ${fromId} to ${toId},`
    const signal = { subject: gaps.key(fact.record), about: { instrument }, time: gaps.time(fact.record) }
    const missing: Signal = { ...signal, value: count, says: `${what} are missing` }
    const says = status === 'filled' ? `${what} are filled` : `${what} are lost for good`
    const over: Signal = { ...signal, value: 0, isLast: true, says }
    if (status === 'open') return [missing]
    return status === 'filled' ? [over] : [missing, over]
  }
}
