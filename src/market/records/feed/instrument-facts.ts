import type { Instrument } from '../../instrument.ts'
import type { EpochMs } from '../../time.ts'
import { flag, INSTRUMENT, nullable, price, type RecordTable, records, text, time, word } from '../fields.ts'

const TYPES = ['spot', 'swap', 'future'] as const

/** A time range in which an exchange trades an instrument in one manner, or not at all. */
export type Session = {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly type: string
}

/** What an exchange's own list tells of an instrument, beside its state. */
export type InstrumentFacts = Instrument & {
  readonly native: string
  readonly base: string
  readonly quote: string
  readonly type: (typeof TYPES)[number]
  readonly contractType: string | null
  readonly assetClass: string | null
  readonly tickSize: string | null
  readonly lotSize: string | null
  readonly minSize: string | null
  readonly contractSize: string | null
  readonly status: string | null
  readonly listedAt: EpochMs | null
  readonly expiresAt: EpochMs | null
  readonly sessions: readonly Session[] | null
  readonly delisted: boolean
  readonly checkedAt: EpochMs
}

const UNSAID = 'the list does not say'
const IN_CONTRACTS = `${UNSAID}, or in contracts that hold the quote currency`

const SESSION: RecordTable<Session> = {
  name: 'Session',
  doc: 'A time range in which an exchange trades an instrument in one manner, or not at all',
  fields: {
    from: time('its beginning, inclusive'),
    to: time('its end, exclusive'),
    type: text('the exchange’s own word for it, as REGULAR, PRE_MARKET or NO_TRADING')
  }
}

export const INSTRUMENT_FACTS: RecordTable<InstrumentFacts> = {
  name: 'InstrumentFacts',
  doc: 'What an exchange’s own list told of an instrument when it was asked last',
  fields: {
    ...INSTRUMENT,
    native: text('how the exchange writes it'),
    base: text('what is traded'),
    quote: text('what it is priced in'),
    type: word(TYPES, 'delivered at once, a contract without an end, or one that ends on a day'),
    contractType: nullable(text('the exchange’s own word for the kind of contract, as TRADIFI_PERPETUAL'), UNSAID),
    assetClass: nullable(text('the exchange’s own word for the kind of what is traded, as EQUITY or xstocks'), UNSAID),
    tickSize: nullable(price('prices are multiples of it', 'quote currency'), UNSAID),
    lotSize: nullable(price('quantities are multiples of it', 'base currency'), IN_CONTRACTS),
    minSize: nullable(price('the smallest quantity of an order', 'base currency'), IN_CONTRACTS),
    contractSize: nullable(
      price(
        'what a contract holds; quantities of trades are of the base, whatever it is',
        'base currency; quote currency, where it is settled in the base'
      ),
      UNSAID
    ),
    status: nullable(text('the exchange’s own word for its state'), UNSAID),
    listedAt: nullable(time('since when it is traded there'), UNSAID),
    expiresAt: nullable(time('when trading in it ends: its last day, or that of its delisting'), UNSAID),
    sessions: nullable(
      records(SESSION, 'when it is traded, for the days that the exchange tells of, oldest first'),
      'the exchange gives no sessions for it'
    ),
    delisted: flag('true: the list does not hold it any more, and what stands here is what it told last'),
    checkedAt: time('when the list was asked for, by the clock of the machine that asked')
  }
}
