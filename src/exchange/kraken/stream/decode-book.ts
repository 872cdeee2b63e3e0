import type { Instrument } from '../../../market/instrument.ts'
import type { BookLevel } from '../../../market/records/feed/book.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { BookChecksum, ExchangeEvent } from '../../exchange.ts'
import { decimal, type Fields, fail, isFields, isoTime, price, type Unchecked, wholeNumber } from '../../fields.ts'
import type { KrakenBook, KrakenLevel } from '../wire.ts'

const level = (name: string, value: unknown): BookLevel => {
  if (!isFields(value)) return fail(name, value, 'a level')
  const { price: at, qty }: Unchecked<KrakenLevel> = value
  return [price(`${name}.price`, at), decimal(`${name}.qty`, qty)]
}

const listOf = (name: string, value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : fail(name, value, 'a list of levels')

const decimalsOf = (text: unknown): number => String(text).split('.')[1]?.length ?? 0

/** Every price of a pair is sent with the same decimals, and every quantity. */
const checksumOf = (value: unknown, levels: readonly unknown[]): BookChecksum => {
  const [{ price: at, qty }] = levels as readonly [Fields]
  return {
    value: wholeNumber('checksum', value, 'a checksum'),
    priceDecimals: decimalsOf(at),
    quantityDecimals: decimalsOf(qty)
  }
}

/** A book as it stands, or what changed in it. Throws `TS-DATA` that names the bad field. */
export const bookEvent = (value: Fields, type: unknown, instrument: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  const data: Unchecked<KrakenBook> = value
  const [bids, asks] = [listOf('bids', data.bids), listOf('asks', data.asks)]
  const time = isoTime('timestamp', data.timestamp, receivedAt)
  if (bids.length + asks.length === 0) return fail('bids', bids, 'a list of levels, where asks have none either')
  return {
    kind: 'book',
    instrument,
    isSnapshot: type === 'snapshot',
    // It numbers no changes: its time stands for one.
    firstId: time,
    lastId: time,
    time,
    bids: bids.map(item => level('bids', item)),
    asks: asks.map(item => level('asks', item)),
    checksum: checksumOf(data.checksum, [...bids, ...asks])
  }
}
