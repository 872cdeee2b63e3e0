import { REFUSAL_WORDS } from '../refusal-words.ts'

/** Market data alone, without the other interfaces: https://developers.binance.com/docs/binance-spot-api-docs/faqs/market_data_only */
const DATA_HOSTS =
  "BINANCE_WS_URL=wss://data-stream.binance.vision and BINANCE_REST_URL=https://data-api.binance.vision, Binance's hosts for market data alone, may serve you: trades flow and are proven by their ids, but Binance does not list historicalTrades for that REST host, without which gaps are not filled, and given up after GAP_GIVE_UP"

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-api-information#http-return-codes */
export const futuresRefusals: ReadonlyMap<number, string> = new Map([
  [403, REFUSAL_WORDS[403]],
  [418, 'this address is banned for a while, as it went on asking after a 429: let nothing else ask from here'],
  [451, REFUSAL_WORDS[451]]
])

/** Spot has a way out, which the futures do not. */
export const binanceRefusals: ReadonlyMap<number, string> = new Map([
  ...futuresRefusals,
  [451, `${REFUSAL_WORDS[451]}. ${DATA_HOSTS}`]
])
