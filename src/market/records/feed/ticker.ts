import type { EpochMs } from '../../time.ts'
import { count, decimal, INSTRUMENT, nullable, type RecordTable, time } from '../fields.ts'

/** An exchange's own rolling 24 h statistics of one instrument. */
export type Ticker = {
  readonly exchange: string
  readonly symbol: string
  readonly time: EpochMs
  readonly receivedAt: EpochMs
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly bid: string | null
  readonly ask: string | null
  readonly baseVolume: string
  readonly quoteVolume: string
  readonly tradeCount: number
}

const QUOTE = 'quote currency'

export const TICKER: RecordTable<Ticker> = {
  name: 'Ticker',
  doc: 'The exchange’s own statistics of its rolling 24 h',
  fields: {
    ...INSTRUMENT,
    time: time('when the exchange made it'),
    receivedAt: time('when ingest received it'),
    open: decimal('price 24 h ago', QUOTE),
    high: decimal('highest price', QUOTE),
    low: decimal('lowest price', QUOTE),
    close: decimal('newest price', QUOTE),
    bid: nullable(decimal('best bid', QUOTE), 'nobody bids'),
    ask: nullable(decimal('best ask', QUOTE), 'nobody asks'),
    baseVolume: decimal('traded in the rolling 24 h', 'base currency'),
    quoteVolume: decimal('traded in the rolling 24 h', QUOTE),
    tradeCount: count('how many trades were printed', 'trades')
  }
}
