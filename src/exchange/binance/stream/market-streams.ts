import type { Exchange } from '../../exchange.ts'
import { type BinanceMarket, streamPrefix } from '../market.ts'
import { depthFrame } from './decode-depth.ts'
import { klineFrameOf, plainVolumes } from './decode-kline.ts'
import { tickerFrame } from './decode-ticker.ts'

/** What is the same on the sockets of every market; `trades`: the kind of stream that carries its trades. */
export const marketStreams = (market: BinanceMarket, trades: 'trade' | 'aggTrade') =>
  ({
    tradeStream: instrument => `${streamPrefix(market, instrument)}@${trades}`,
    tickerStream: instrument => `${streamPrefix(market, instrument)}@ticker`,
    subscribe: (streams, requestId) => [JSON.stringify({ method: 'SUBSCRIBE', params: streams, id: requestId })],
    keepAlive: null
  }) satisfies Partial<Exchange>

/** Address of a combined stream. The signs between streams stay as they are; names beyond ASCII are percent-encoded. */
export const combinedPath = (streams: readonly string[]): string => encodeURI(`/stream?streams=${streams.join('/')}`)

/** How the events of quotes are read, as far as every market has them in one form. */
export const QUOTE_EVENTS = {
  depthUpdate: { ending: '@depth@100ms', read: depthFrame },
  '24hrTicker': { ending: '@ticker', read: tickerFrame },
  kline: { ending: '@kline_1m', read: klineFrameOf(plainVolumes) }
}
