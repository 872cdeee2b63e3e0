import type { Instrument } from '../../instrument.ts'
import type { EpochMs } from '../../time.ts'
import { INSTRUMENT, nullable, price, type RecordTable, text, time, word } from '../fields.ts'

const TYPES = ['spot', 'swap', 'future'] as const

/** What an exchange's own list tells of an instrument, beside its state. */
export type InstrumentFacts = Instrument & {
  readonly native: string
  readonly base: string
  readonly quote: string
  readonly type: (typeof TYPES)[number]
  readonly tickSize: string | null
  readonly lotSize: string | null
  readonly contractSize: string | null
  readonly status: string | null
  readonly checkedAt: EpochMs
}

const UNSAID = 'the list does not say'

export const INSTRUMENT_FACTS: RecordTable<InstrumentFacts> = {
  name: 'InstrumentFacts',
  doc: 'What an exchange’s own list told of an instrument when it was asked last',
  fields: {
    ...INSTRUMENT,
    native: text('how the exchange writes it'),
    base: text('what is traded'),
    quote: text('what it is priced in'),
    type: word(TYPES, 'delivered at once, a contract without an end, or one that ends on a day'),
    tickSize: nullable(price('prices are multiples of it', 'quote currency'), UNSAID),
    lotSize: nullable(price('quantities are multiples of it', 'base currency'), UNSAID),
    contractSize: nullable(
      price('what a contract holds; quantities of trades are of the base, whatever it is', 'base currency'),
      UNSAID
    ),
    status: nullable(text('the exchange’s own word for its state'), UNSAID),
    checkedAt: time('when it was asked, by the clock of the machine that asked')
  }
}
