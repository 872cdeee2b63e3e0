import { TickstreamError } from '../market/error.ts'
import type { Interval } from '../market/interval.ts'
import type { ExchangeKline, KlinePage, OddKline } from '../market/records/feed/exchange-kline.ts'
import type { Trade } from '../market/records/feed/trade.ts'
import type { EpochMs } from '../market/time.ts'
import { type Fields, fail, isFields } from './fields.ts'

/** The value; null where its fields cannot be read. */
const orNull = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TickstreamError)) throw error
    return null
  }
}

/** One row, or what is odd about it. */
const readRow = <I extends Interval>(
  row: unknown,
  klineOf: (row: unknown) => ExchangeKline<I>,
  openTimeOf: (row: unknown) => EpochMs
): ExchangeKline<I> | OddKline => {
  try {
    return klineOf(row)
  } catch (error) {
    if (!(error instanceof TickstreamError)) throw error
    return { openTime: orNull(() => openTimeOf(row)), detail: error.message, row }
  }
}

/** Of two that do not say the same nobody knows which is right. */
const twice = ({ openTime }: Pick<ExchangeKline, 'openTime'>, row: unknown): OddKline => ({
  openTime,
  detail: `openTime: ${openTime} stands twice, with other figures`,
  row
})

/** A page of an exchange's candles, oldest first, from its rows in any order. `openTimeOf`: what a row says of its beginning, to name it by. */
export const klinePage = <I extends Interval>(
  rows: readonly unknown[],
  klineOf: (row: unknown) => ExchangeKline<I>,
  openTimeOf: (row: unknown) => EpochMs
): KlinePage<I> => {
  const klines = new Map<number, ExchangeKline<I>>()
  const odd: OddKline[] = []
  for (const row of rows) {
    const kline = readRow(row, klineOf, openTimeOf)
    const earlier = 'row' in kline ? undefined : klines.get(kline.openTime)
    if ('row' in kline) odd.push(kline)
    else if (earlier && JSON.stringify(earlier) !== JSON.stringify(kline)) odd.push(twice(earlier, row))
    else klines.set(kline.openTime, kline)
  }
  for (const { openTime } of odd) if (openTime !== null) klines.delete(openTime)
  return { klines: [...klines.values()].sort((a, b) => a.openTime - b.openTime), odd }
}

const byId = ({ id }: Trade): number => Number(id)

/**
 * A page of an exchange's trades, the lowest number first, from its rows in any order; those of one number stay as they stood. `read`: what a row
 * tells, which throws for a bad field. Throws `TS-DATA` for anything that is no list of objects.
 */
export const tradePage = (
  rows: unknown,
  read: (row: Fields) => Trade,
  numberOf: (trade: Trade) => number = byId
): readonly Trade[] => {
  if (!Array.isArray(rows)) return fail('trades', rows, 'a list')
  return rows
    .map(row => (isFields(row) ? read(row) : fail('trade', row, 'an object')))
    .sort((a, b) => numberOf(a) - numberOf(b))
}
