import { INTERVALS } from '../../../market/interval.ts'
import { CANDLE_STATUSES, type Candle } from '../../../market/records/derived/candle.ts'
import type { Codec } from '../codec.ts'
import { asFields, count, decimal, epoch, flag, instrument, oneOf, optional, orNull, text, window } from '../fields.ts'
import { parseJson } from '../json-codec.ts'

const idText = (id: string | null): string => (id === null ? 'null' : `"${id}"`)

/** Hand-written because it is hot: every value is a checked symbol, a decimal or a number, so nothing needs escaping. */
const encode = (c: Candle): string =>
  `{"exchange":"${c.exchange}","symbol":"${c.symbol}","interval":"${c.interval}","openTime":${c.openTime},"closeTime":${c.closeTime}` +
  `,"open":"${c.open}","high":"${c.high}","low":"${c.low}","close":"${c.close}","volume":"${c.volume}","quoteVolume":"${c.quoteVolume}"` +
  `,"tradeCount":${c.tradeCount},"takerBuyVolume":"${c.takerBuyVolume}","takerBuyQuoteVolume":"${c.takerBuyQuoteVolume}"` +
  `,"firstTradeId":${idText(c.firstTradeId)},"lastTradeId":${idText(c.lastTradeId)},"revision":${c.revision},"final":${c.final}` +
  `,"status":"${c.status}"${c.missing === undefined ? '' : `,"missing":${c.missing}`}${c.epoch === undefined ? '' : `,"epoch":${c.epoch}`}}`

const decode = (bytes: Buffer): Candle => {
  const of = asFields(parseJson(bytes))
  const interval = oneOf(of, 'interval', INTERVALS)
  return {
    ...instrument(of),
    interval,
    ...window(of, interval),
    open: decimal(of, 'open'),
    high: decimal(of, 'high'),
    low: decimal(of, 'low'),
    close: decimal(of, 'close'),
    volume: decimal(of, 'volume'),
    quoteVolume: decimal(of, 'quoteVolume'),
    tradeCount: count(of, 'tradeCount'),
    takerBuyVolume: decimal(of, 'takerBuyVolume'),
    takerBuyQuoteVolume: decimal(of, 'takerBuyQuoteVolume'),
    firstTradeId: orNull(of, 'firstTradeId', text),
    lastTradeId: orNull(of, 'lastTradeId', text),
    revision: count(of, 'revision'),
    final: flag(of, 'final'),
    status: oneOf(of, 'status', CANDLE_STATUSES),
    ...optional(of, 'missing', count),
    ...epoch(of)
  }
}

export const candleCodec: Codec<Candle> = { encode, decode }
