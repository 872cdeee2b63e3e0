import { TickstreamError } from '../../market/error.ts'

/** What an exchange answered where it should have answered with data; the cause of the error that says so. */
type Answered = { readonly httpStatus: number }

const isAnswered = (cause: unknown): cause is Answered =>
  typeof cause === 'object' && cause !== null && 'httpStatus' in cause && typeof cause.httpStatus === 'number'

/** The HTTP status that an error tells of; null where there was no answer, or another fault. */
export const statusOf = (error: unknown): number | null =>
  error instanceof TickstreamError && isAnswered(error.cause) ? error.cause.httpStatus : null

/** Market data alone, without the other interfaces: https://developers.binance.com/docs/binance-spot-api-docs/faqs/market_data_only */
const DATA_HOSTS =
  "BINANCE_WS_URL=wss://data-stream.binance.vision and BINANCE_REST_URL=https://data-api.binance.vision, Binance's hosts for market data alone, may serve you: trades flow and are proven by their ids, but Binance does not list historicalTrades for that REST host, without which gaps are not filled, and given up after GAP_GIVE_UP"

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [
    403,
    'a firewall refuses the request, that of the exchange or one on the way: check proxies and egress rules, and how much this address asks'
  ],
  [418, 'this address is banned for a while, as it went on asking after a 429: let nothing else ask from here'],
  [
    451,
    `the exchange does not serve the place that this address belongs to, for legal reasons; asking again does not help. ${DATA_HOSTS}`
  ]
])

/** What a status by which an exchange refuses this address means, and what helps; null for any other. */
export const explainStatus = (status: number): string | null => {
  const meaning = MEANINGS.get(status)
  return meaning === undefined ? null : `HTTP ${status}: ${meaning}`
}

/** The same of what a socket said when it was refused: `Unexpected server response: 451`. */
export const explainHandshake = (words: string): string | null => {
  const status = /response: (\d{3})/.exec(words)?.[1]
  return status === undefined ? null : explainStatus(Number(status))
}
