import type { InstrumentFacts, Session } from '../../../market/records/feed/instrument-facts.ts'

/** An instrument as the gateway tells of it. */
export type ListedFacts = {
  readonly exchange: string
  readonly symbol: string
  readonly exchangeStatus: string | null
  readonly facts: InstrumentFacts | null
}

/** Whether a reader who typed this means the instrument: every word is in its names, its state or its kind. */
export const isMeant = ({ exchange, symbol, exchangeStatus, facts }: ListedFacts, typed: string): boolean => {
  const searched = [
    `${exchange}:${symbol}`,
    exchangeStatus,
    facts?.native,
    facts?.type,
    facts?.contractType,
    facts?.assetClass
  ]
  const text = searched.join(' ').toLocaleLowerCase()
  return typed
    .toLocaleLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word))
}

/** What kind of contract it is: the exchange's own word where it has one. */
export const contractWords = ({ type, contractType, assetClass, contractSize }: InstrumentFacts): string =>
  [
    contractType ?? type,
    ...(assetClass === null ? [] : [assetClass]),
    ...(contractSize === null ? [] : [`× ${contractSize}`])
  ].join(' · ')

/** Its state in the exchange's own word. */
export const stateWords = ({ exchangeStatus, facts }: ListedFacts): string =>
  facts?.delisted === true ? 'delisted' : (exchangeStatus ?? facts?.status ?? 'not told')

/** The session of now; null where the exchange tells of none for now. */
export const sessionAt = ({ sessions }: InstrumentFacts, now: number): Session | null =>
  sessions?.find(({ from, to }) => from <= now && now < to) ?? null
