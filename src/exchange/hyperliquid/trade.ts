import type { Instrument } from '../../market/instrument.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import { decimal, exactly, idText, oneOf, price, type Unchecked } from '../fields.ts'
import { coinName } from './names.ts'
import type { HyperliquidTrade } from './wire.ts'

/** A trade as the socket and history tell it alike. Throws `TS-DATA` that names the bad field. */
export const readTrade = (
  data: Unchecked<HyperliquidTrade>,
  instrument: Instrument,
  times: { readonly time: EpochMs; readonly receivedAt: EpochMs },
  via: Trade['via']
): Trade => {
  exactly('coin', data.coin, coinName(instrument))
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: idText('tid', data.tid),
    price: price('px', data.px),
    quantity: decimal('sz', data.sz),
    ...times,
    side: oneOf('side', data.side, ['B', 'A']) === 'B' ? 'buy' : 'sell',
    via
  }
}
