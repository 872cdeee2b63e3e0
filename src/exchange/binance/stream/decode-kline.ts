import type { Instrument } from '../../../market/instrument.ts'
import type { Interval } from '../../../market/interval.ts'
import type { ExchangeKline } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { ExchangeEvent } from '../../exchange.ts'
import { decimal, exactly, fail, flag, isFields, time, type Unchecked, wholeNumber } from '../../fields.ts'
import { type KlineWindow, klineWindow } from '../../kline-window.ts'
import type { BinanceKline } from '../wire.ts'

/** The window from `open` to `close`, which is its last millisecond. Throws `TS-DATA` when it is none. */
export const windowOf = <I extends Interval>(
  instrument: Instrument,
  interval: I,
  open: { readonly name: string; readonly value: unknown },
  close: { readonly name: string; readonly value: unknown },
  receivedAt: EpochMs
): KlineWindow<I> => {
  const window = klineWindow(instrument, interval, open.name, time(open.name, open.value, receivedAt))
  const { openTime, closeTime } = window
  if (time(close.name, close.value, receivedAt) !== closeTime - 1)
    return fail(close.name, close.value, `the end of a candle of ${interval} that begins at ${openTime}`)
  return window
}

/** A field's name, and its value, which is not believed yet. */
type NamedField = readonly [name: string, value: unknown]

type Volumes = Pick<ExchangeKline, 'volume' | 'quoteVolume' | 'takerBuyVolume' | 'takerBuyQuoteVolume'>

/** What a market's candle tells of volumes, by the fields where others of Binance's markets tell them. Throws `TS-DATA` that names a bad one. */
export type VolumesOf = (fields: { readonly [Name in keyof Volumes]: NamedField }, instrument: Instrument) => Volumes

export const plainVolumes: VolumesOf = fields => ({
  volume: decimal(...fields.volume),
  quoteVolume: decimal(...fields.quoteVolume),
  takerBuyVolume: decimal(...fields.takerBuyVolume),
  takerBuyQuoteVolume: decimal(...fields.takerBuyQuoteVolume)
})

/** Reads 1m klines. Prices are 0 before the first trade of a listing. Throws `TS-DATA` that names the bad field. */
export const klineFrameOf =
  (volumesOf: VolumesOf) =>
  (data: Unchecked<BinanceKline>, instrument: Instrument, receivedAt: EpochMs): ExchangeEvent => {
    const eventTime = time('E', data.E, receivedAt)
    if (!isFields(data.k)) return fail('k', data.k, 'an object')
    const k: Unchecked<BinanceKline['k']> = data.k
    exactly('k.i', k.i, '1m')
    const window = windowOf(instrument, '1m', { name: 'k.t', value: k.t }, { name: 'k.T', value: k.T }, receivedAt)
    const { volume, quoteVolume, ...takers } = volumesOf(
      {
        volume: ['k.v', k.v],
        quoteVolume: ['k.q', k.q],
        takerBuyVolume: ['k.V', k.V],
        takerBuyQuoteVolume: ['k.Q', k.Q]
      },
      instrument
    )
    const kline = {
      ...window,
      open: decimal('k.o', k.o),
      high: decimal('k.h', k.h),
      low: decimal('k.l', k.l),
      close: decimal('k.c', k.c),
      volume,
      quoteVolume,
      tradeCount: wholeNumber('k.n', k.n, 'a count of trades'),
      ...takers
    }
    return { kind: 'kline', kline, closed: flag('k.x', k.x), time: eventTime }
  }
