import type { Instrument } from '../../market/instrument.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import { decimal, exactly, idDigits, oneOf, price, type Unchecked } from '../fields.ts'
import { instId } from './names.ts'
import type { OkxTrade } from './wire.ts'

/** A trade as the socket and history tell it alike. Throws `TS-DATA` that names the bad field. */
export const readTrade = (
  data: Unchecked<OkxTrade>,
  instrument: Instrument,
  times: { readonly time: EpochMs; readonly receivedAt: EpochMs },
  via: Trade['via']
): Trade => {
  exactly('instId', data.instId, instId(instrument))
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: idDigits('tradeId', data.tradeId),
    price: price('px', data.px),
    quantity: decimal('sz', data.sz),
    ...times,
    side: oneOf('side', data.side, ['buy', 'sell']),
    via,
    ...(data.source === '1' && { flags: ['rpi'] })
  }
}
