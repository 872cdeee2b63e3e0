import { analyzeComposite } from '../../../src/analyze/analyze-composite.ts'
import type { Candle } from '../../../src/market/records/derived/candle.ts'
import type { Composite } from '../../../src/market/records/derived/composite.ts'
import { composites } from '../../../src/topics.ts'
import { candleAt } from '../../support/candles.ts'
import { type DriveOptions, drive } from '../../support/drive.ts'

export const START = candleAt(0).openTime
export const MINUTE = 60_000

/** A final candle of BTC/USD at a venue, all of its volume at its close. */
export const venueCandle = (exchange: string, n: number, more: Partial<Candle> = {}): Candle => {
  const { close = '100', volume = '1' } = more
  const quoteVolume = String(Number(close) * Number(volume))
  return candleAt(n, { exchange, symbol: 'BTC/USD', close, volume, quoteVolume, ...more })
}

/** Everything that was published, in order. */
export const compositesOf = (candles: readonly Candle[], how: DriveOptions = {}): readonly Composite[] =>
  drive(analyzeComposite(), candles, how).outputs.map(({ value }) => composites.codec.decode(Buffer.from(value ?? '')))

/** What a store keeps: of each window the newest, without its revision, by time. */
export const lastOf = (all: readonly Composite[]): readonly Omit<Composite, 'revision'>[] => {
  const newest = new Map(all.map(({ revision, ...one }) => [`${one.symbol} ${one.openTime}`, one]))
  return [...newest.values()].sort((one, other) => one.openTime - other.openTime)
}

/** `0 r0 kraken+okx -bybit traded`: minute, revision, who took part, who is missing, status. */
export const brief = (candles: readonly Candle[]): readonly string[] =>
  compositesOf(candles).map(({ openTime, revision, venues, missing, status }) => {
    const names = (list: readonly { readonly exchange: string }[]) => list.map(({ exchange }) => exchange).join('+')
    const gone = missing.length > 0 ? ` -${names(missing)}` : ''
    return `${(openTime - START) / MINUTE} r${revision} ${names(venues)}${gone} ${status}`
  })
