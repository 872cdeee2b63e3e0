import type { Exchange } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { InstrumentFacts } from '../../market/records/feed/instrument-facts.ts'
import type { ListAnswer, SessionsByClass } from './ask-list.ts'

type RecordOptions = {
  readonly exchange: Exchange
  readonly instruments: readonly Instrument[]
  /** What an earlier run published last. */
  readonly knownFacts?: readonly InstrumentFacts[]
}

/**
 * What is published of each instrument: what the list told of it now; of one that has left the list what it told last, as delisted. Of what
 * the answer does not hold otherwise the last record stands, and nothing is said of what no list ever told of.
 */
export const createFactsOf = ({ exchange, instruments, knownFacts = [] }: RecordOptions) => {
  const { id, listing } = exchange
  const known = new Map(knownFacts.filter(facts => facts.exchange === id).map(facts => [facts.symbol, facts] as const))
  return ({ statuses, listed, askedAt }: ListAnswer, sessions: SessionsByClass): readonly InstrumentFacts[] => {
    const bySymbol = new Map(listed.map(one => [one.symbol, one]))
    return instruments.flatMap(({ symbol }, n) => {
      const row = bySymbol.get(symbol)
      const before = known.get(symbol)
      if (row !== undefined) {
        const ofClass = row.assetClass !== null && listing.calendar?.isFor(row) && sessions.get(row.assetClass)
        const facts = { exchange: id, ...row, sessions: ofClass || null, delisted: false, checkedAt: askedAt }
        known.set(symbol, facts)
        return [facts]
      }
      return statuses[n] === null && before ? [{ ...before, status: null, delisted: true, checkedAt: askedAt }] : []
    })
  }
}
