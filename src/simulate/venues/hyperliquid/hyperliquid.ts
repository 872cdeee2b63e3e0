import type { Listed, Venue } from '../../exchange/venue.ts'
import { newestCandles } from '../candles.ts'
import { isObject, parseObject, type Said } from '../messages.ts'
import { newestBefore } from '../prints.ts'
import type { VenueAnswer, VenueProtocol } from '../venue-protocol.ts'
import { hyperliquidSockets } from './hyperliquid-sockets.ts'
import { builderOf, nativeOf, tradeText } from './hyperliquid-words.ts'

const MINUTE = 60_000
const LENGTHS: Readonly<Record<string, number>> = {
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': 60 * MINUTE,
  '2h': 120 * MINUTE,
  '4h': 240 * MINUTE,
  '8h': 480 * MINUTE,
  '12h': 720 * MINUTE,
  '1d': 1_440 * MINUTE
}
const [MAX_TRADES, MAX_CANDLES] = [10, 5_000]
const MAX_LEVERAGE = 40

const json = (value: unknown): VenueAnswer => ({ status: 200, body: JSON.stringify(value) })
const NO_QUESTION: VenueAnswer = { status: 422, body: 'Failed to deserialize the JSON body into the target type' }
/** What it says of a coin that it does not know. */
const NO_COIN: VenueAnswer = { status: 500, body: 'null' }

/** The newest, newest first. */
const recentTrades = (venue: Venue, listed: Listed): VenueAnswer => {
  const { listing, endId } = { ...listed.feed }
  const rows = newestBefore(venue, listed, endId(), MAX_TRADES).map(print => tradeText(listing, print))
  return { status: 200, body: `[${rows.toReversed().join(',')}]` }
}

/** Oldest first, both ends inclusive; minutes without a trade among them. */
const candles = async (venue: Venue, listed: Listed, asked: Said): Promise<VenueAnswer> => {
  const { interval, startTime, endTime } = asked
  const length = LENGTHS[String(interval)]
  if (!length || typeof startTime !== 'number') return NO_QUESTION
  const end = typeof endTime === 'number' ? endTime : null
  const page = await newestCandles(venue, listed, { length, start: startTime, end, limit: MAX_CANDLES })
  return json(
    page.map(({ openTime, closeTime, open, close, high, low, volume, tradeCount }) => ({
      ...{ t: openTime, T: closeTime - 1, s: listed.feed.listing.native, i: interval },
      ...{ o: open, c: close, h: high, l: low, v: volume, n: tradeCount }
    }))
  )
}

/** The perpetual contracts of one exchange: the main one, where no other is named. */
const meta = (venue: Venue, { dex = '' }: Said): VenueAnswer => {
  const own = [...venue.listed.values()].filter(({ feed }) => builderOf(feed.listing.native) === dex)
  const universe = own.map(({ feed: { listing } }) => ({
    ...{ szDecimals: listing.quantityDigits, name: listing.native, maxLeverage: MAX_LEVERAGE },
    ...(venue.statusOf(listing.native) !== 'TRADING' && { isDelisted: true })
  }))
  return json({ universe })
}

type Question = (venue: Venue, question: Said) => VenueAnswer | Promise<VenueAnswer>

/** A question about the coin that `where` names. */
const ofCoin =
  (
    where: (question: Said) => Said,
    answer: (venue: Venue, listed: Listed, asked: Said) => VenueAnswer | Promise<VenueAnswer>
  ): Question =>
  (venue, question) => {
    const asked = where(question)
    const listed = venue.listed.get(String(asked.coin))
    return listed ? answer(venue, listed, asked) : NO_COIN
  }

const reqOf = ({ req }: Said): Said => (isObject(req) ? req : {})

const QUESTIONS: Readonly<Record<string, Question>> = {
  recentTrades: ofCoin(question => question, recentTrades),
  candleSnapshot: ofCoin(reqOf, candles),
  meta,
  exchangeStatus: venue => json({ specialStatuses: null, time: venue.now() })
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/rate-limits: the more an answer holds, the more it costs. */
const costOf = (body: string): number => {
  const question = parseObject(body) ?? {}
  const { startTime, endTime, interval } = reqOf(question)
  const asked = (Number(endTime) - Number(startTime)) / (LENGTHS[String(interval)] ?? MINUTE)
  if (question.type === 'exchangeStatus') return 2
  if (question.type === 'recentTrades') return 21
  return question.type === 'candleSnapshot' ? 20 + Math.ceil(Math.min(MAX_CANDLES, asked || 0) / 60) : 20
}

/** Hyperliquid's perpetual contracts: https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint */
export const hyperliquid: VenueProtocol = {
  id: 'hyperliquid',
  nativeOf,
  usual: ['BTC/USDC:USDC', 'ETH/USDC:USDC'],
  sockets: hyperliquidSockets,
  rest: {
    limit: { max: 1_200, perMs: 60_000 },
    costOf: ({ body }) => costOf(body),
    answer: ({ url, body }, venue) => {
      const question = parseObject(body) ?? {}
      const type = String(question.type)
      if (url.pathname !== '/info') return { status: 404, body: '' }
      return Object.hasOwn(QUESTIONS, type) ? QUESTIONS[type]!(venue, question) : NO_QUESTION
    },
    tooMany: () => ({ status: 429, body: 'null' }),
    outOfOrder: { status: 502, body: 'error code: 502' }
  }
}
