import { inverseSizes, linearSizes, type SizedInstrument } from '../../market/records/feed/contract-size.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import { contractSizeOf, decimal, exactly, idDigits, oneOf, price, type Unchecked } from '../fields.ts'
import { isInverse } from '../unified-symbol.ts'
import { instId, isContract } from './names.ts'
import type { OkxTrade } from './wire.ts'

/** Sizes of contracts are their number. */
const sizesOf = (size: string, paid: string, instrument: SizedInstrument) => {
  if (!isContract(instrument)) return { quantity: size }
  return isInverse(instrument)
    ? inverseSizes(size, contractSizeOf(instrument), paid)
    : linearSizes(size, contractSizeOf(instrument))
}

/** A trade as the socket and history tell it alike. Throws `TS-DATA` that names the bad field. */
export const readTrade = (
  data: Unchecked<OkxTrade>,
  instrument: SizedInstrument,
  times: { readonly time: EpochMs; readonly receivedAt: EpochMs },
  via: Trade['via']
): Trade => {
  exactly('instId', data.instId, instId(instrument))
  const paid = price('px', data.px)
  const { quantity, ...counted } = sizesOf(decimal('sz', data.sz), paid, instrument)
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: idDigits('tradeId', data.tradeId),
    price: paid,
    quantity,
    ...times,
    side: oneOf('side', data.side, ['buy', 'sell']),
    via,
    ...counted,
    ...(data.source === '1' && { flags: ['rpi'] })
  }
}
