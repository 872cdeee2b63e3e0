import { beforeAll, describe, expect, test } from '@jest/globals'
import { exchangeById } from '../../src/exchange/registry.ts'
import { parseSize } from '../../src/market/parse-decimal.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { fixedText } from '../../src/simulate/market/fixed-text.ts'
import type { Listing } from '../../src/simulate/market/listing.ts'
import type { Print } from '../../src/simulate/market/market.ts'
import { sizesOf } from './print-sizes.ts'
import { type Followed, followVenue } from './venue-run.ts'

/** What a trade says of the print that it tells of. */
const words = ({ price, quantity, time, side }: Pick<Trade, 'price' | 'quantity' | 'time' | 'side'>): string =>
  `${time} ${side} ${quantity} at ${price}`

const wordsOf = (listing: Listing, print: Print): string =>
  words({
    time: print.time as Trade['time'],
    side: print.sell ? 'sell' : 'buy',
    price: parseSize(fixedText(print.ticks, listing.priceDigits))!,
    quantity: sizesOf(listing, print).quantity
  })

/** By the number that its chain goes by. */
const chained = (id: string, trades: readonly Trade[]): readonly (Trade & { readonly number: string })[] =>
  trades
    .map(trade => ({ ...trade, number: (exchangeById(id).chain === 'sequence' ? trade.sequence : trade.id) ?? '' }))
    .toSorted((a, b) => Number(a.number) - Number(b.number))

/** What history says of times, where it says less than the stream. */
const HISTORY_MS: Readonly<Record<string, number>> = { bitstamp: 1_000 }

/** What may be said of a print: as it was printed, or as history has it. */
const told = (id: string, listing: Listing, print: Print): readonly string[] => {
  const historyMs = HISTORY_MS[id] ?? 1
  return [print, { ...print, time: print.time - (print.time % historyMs) }].map(one => wordsOf(listing, one))
}

const VENUES = [
  { id: 'kraken', symbols: ['BTC/USD', 'ETH/USD'] },
  { id: 'coinbaseexchange', symbols: ['BTC/USD', 'ETH/USD'] },
  { id: 'binanceusdm', symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'] },
  { id: 'okx', symbols: ['BTC/USDT:USDT', 'ETH/USDT'] },
  { id: 'deribit', symbols: ['BTC/USDC:USDC', 'ETH/USDC'] },
  { id: 'bybit', symbols: ['BTC/USDT:USDT', 'BTC/USDT'] },
  { id: 'bitstamp', symbols: ['BTC/USD', 'ETH/USD'] },
  { id: 'binancecoinm', symbols: ['BTC/USD:BTC', 'ETH/USD:ETH'] },
  { id: 'krakenfutures', symbols: ['BTC/USD:USD', 'ETH/USD:ETH'] },
  { id: 'hyperliquid', symbols: ['BTC/USDC:USDC', 'XYZ-GOLD/USDC:USDC'] }
]

/** A calm minute has few. */
const MIN_PRINTS = 10
/**
 * Prints that the faults may keep from a feed without history: those of a break and a new connection, and the frames that are lost. A market
 * that rushes just then has most of its prints in that second.
 */
const mostMissed = (printed: number): number => Math.max(150, printed / 2)

const isComplete = ({ printed, published }: Followed): boolean =>
  printed.length > MIN_PRINTS && new Set(published.map(trade => trade.id)).size >= printed.length

const isFollowed = ({ printed, published }: Followed): boolean =>
  printed.length > MIN_PRINTS &&
  // What history still has comes after the live trades.
  published.length > printed.length - mostMissed(printed.length) &&
  published.some(({ time }) => time >= printed.at(-1)!.time - 2_000)

type Run = Awaited<ReturnType<typeof followVenue>>

/** Whether history has what a feed has missed, by its numbers. */
const isFilled = ({ id }: { readonly id: string }): boolean => {
  const { chain, history } = exchangeById(id)
  return chain !== null && history.isNumbered !== false
}

/** So many at once, as each waits for its market most of the time. */
const TOGETHER = 5
const runs = new Map<string, Run>()

beforeAll(async () => {
  const follow = async (venue: (typeof VENUES)[number]): Promise<void> =>
    void runs.set(venue.id, await followVenue(venue.id, venue.symbols, isFilled(venue) ? isComplete : isFollowed))
  for (let at = 0; at < VENUES.length; at += TOGETHER) await Promise.all(VENUES.slice(at, at + TOGETHER).map(follow))
}, 170_000)

describe.each(VENUES.filter(isFilled))('the simulated $id, followed by its adapter through faults', ({ id }) => {
  test('has every print published once, in the numbers of its chain, as it was printed', () => {
    for (const { listing, printed, published } of runs.get(id)!.followed) {
      const trades = chained(id, published)
      expect(trades.map(({ number }) => number)).toEqual(printed.map(print => String(print.id)))
      expect(trades.map(words)).toEqual(printed.map(print => wordsOf(listing, print)))
    }
  })

  test('has what a break and lost frames left out filled from history', () => {
    // What a subscription begins with may fill all of a quiet one.
    const ways = runs.get(id)!.followed.flatMap(({ published }) => published.map(({ via }) => via))
    expect(new Set(ways)).toEqual(new Set(['stream', 'history']))
  })
})

describe.each(VENUES.filter(venue => !isFilled(venue)))(
  'the simulated $id, whose history fills no gap, followed by its adapter through faults',
  ({ id }) => {
    test('has every print published at most once, as it was printed', () => {
      for (const { listing, printed, published } of runs.get(id)!.followed) {
        const prints = new Set(printed.flatMap(print => told(id, listing, print)))
        expect(published.map(words).filter(one => !prints.has(one))).toEqual([])
        expect(new Set(published.map(trade => trade.id)).size).toBe(published.length)
      }
    })

    test('misses nothing but what a break and lost frames left out', () => {
      for (const { listing, printed, published } of runs.get(id)!.followed) {
        const known = new Set(published.map(words))
        const missed = printed.filter(print => !told(id, listing, print).some(one => known.has(one)))
        expect(missed.length).toBeLessThan(mostMissed(printed.length))
      }
    })
  }
)

test.each(VENUES)('frames of the simulated $id that are none are set aside', ({ id }) => {
  expect(runs.get(id)!.deadLetters).toBeGreaterThan(0)
})
