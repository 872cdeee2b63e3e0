import type { Exchange } from '../../../exchange/exchange.ts'
import type { Instrument } from '../../../market/instrument.ts'
import type { Interval } from '../../../market/interval.ts'
import type { KlinePage } from '../../../market/records/feed/exchange-kline.ts'
import type { EpochMs } from '../../../market/time.ts'
import type { Clock } from '../../../runtime/clock.ts'
import type { Rest } from '../../transport/rest.ts'

/** The exchange's history of its own candles. */
export type KlineHistory = {
  /** One attempt, one at a time: those that open in `[from, to)`, the oldest of them; without `from`, the newest before `to`. */
  readonly page: <I extends Interval>(
    instrument: Instrument,
    interval: I,
    from: EpochMs | null,
    to: EpochMs
  ) => Promise<KlinePage<I>>
}

/** The part of the request budget that must be free: gaps in the trades are filled first. */
const SHARE = 0.5

/** One at a time, so that history never waits behind more than one of them. */
export const createKlineHistory = ({ klines }: Exchange, rest: Rest, clock: Clock): KlineHistory => {
  let queue: Promise<unknown> = Promise.resolve()
  const ask = async <I extends Interval>(
    instrument: Instrument,
    interval: I,
    from: EpochMs | null,
    to: EpochMs
  ): Promise<KlinePage<I>> => {
    const body = await rest.ask(klines.page(instrument, interval, from, to, klines.perPage), SHARE)
    const inside = ({ openTime }: { readonly openTime: EpochMs | null }): boolean =>
      openTime === null || (openTime < to && (from === null || openTime >= from))
    const page = klines.decodePage(body, instrument, interval, clock.now())
    return { klines: page.klines.filter(inside), odd: page.odd.filter(inside) }
  }
  return {
    page: (instrument, interval, from, to) => {
      const mine = queue.then(() => ask(instrument, interval, from, to))
      queue = mine.catch(() => undefined)
      return mine
    }
  }
}
