import type { Instrument } from '../../market/instrument.ts'
import { quoteSizes } from '../../market/records/feed/contract-size.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import { decimalNumber, exactly, oneOf, priceNumber, textId, type Unchecked, wholeNumber } from '../fields.ts'
import { isInverse } from '../unified-symbol.ts'
import { instrumentName } from './names.ts'
import type { DeribitTrade } from './wire.ts'

/** A leg of a combination belongs into the candles of its own instrument: the combination is printed under another name. */
const flagsOf = (data: Unchecked<DeribitTrade>): Pick<Trade, 'flags'> => {
  const marks = [
    ['block', data.block_trade_id],
    ['liquidation', data.liquidation],
    ['combo', data.combo_trade_id]
  ] as const
  const flags = marks.flatMap(([flag, mark]) => (mark === undefined || mark === null ? [] : [flag]))
  return flags.length === 0 ? {} : { flags }
}

/** A trade as the socket and history tell it alike. Throws `TS-DATA` that names the bad field. */
export const readTrade = (
  data: Unchecked<DeribitTrade>,
  instrument: Instrument,
  times: { readonly time: EpochMs; readonly receivedAt: EpochMs },
  via: Trade['via']
): Trade => {
  exactly('instrument_name', data.instrument_name, instrumentName(instrument))
  const [price, amount] = [priceNumber('price', data.price), decimalNumber('amount', data.amount)]
  const { quantity, ...counted } = isInverse(instrument) ? quoteSizes(amount, price) : { quantity: amount }
  return {
    exchange: instrument.exchange,
    symbol: instrument.symbol,
    id: textId('trade_id', data.trade_id),
    sequence: String(wholeNumber('trade_seq', data.trade_seq, 'the number of a trade')),
    price,
    quantity,
    ...times,
    side: oneOf('direction', data.direction, ['buy', 'sell']),
    via,
    ...counted,
    ...flagsOf(data)
  }
}
