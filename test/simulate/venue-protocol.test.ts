import { describe, expect, test } from '@jest/globals'
import { exchangeById } from '../../src/exchange/registry.ts'
import type { RestRequest } from '../../src/exchange/rest-interface.ts'
import { fetchJson } from '../../src/ingest/transport/fetch-json.ts'
import { DecimalSum } from '../../src/market/decimal.ts'
import type { Instrument } from '../../src/market/instrument.ts'
import { epochMs } from '../../src/market/time.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { fixedText } from '../../src/simulate/market/fixed-text.ts'
import { createSeededMarket } from '../../src/simulate/market/seeded/seeded-market.ts'
import { simulatedVenue } from '../../src/simulate/venues/registry.ts'
import { listenTo, withExchange } from './open-exchange.ts'
import { sizesOf } from './print-sizes.ts'

/**
 * `garbled`: what it says to a message that is none. `quota`: so many requests, and not one more, it answers at once. `streams`: what it
 * says to a subscription to what it does not list. `quotes`: its candles tell the volume in the quote currency as well. `absence`: how a
 * question about what it does not list ends, where not in words for it.
 */
const VENUES = [
  { id: 'kraken', symbol: 'BTC/USD', garbled: 'Malformed request', quota: 15, streams: 'refused', quotes: false },
  {
    id: 'coinbaseexchange',
    symbol: 'BTC/USD',
    garbled: 'Malformed JSON',
    quota: 15,
    streams: 'refused',
    quotes: false
  },
  {
    id: 'binanceusdm',
    symbol: 'BTC/USDT:USDT',
    garbled: 'Invalid JSON',
    quota: 2_400,
    streams: 'silent',
    quotes: true
  },
  { id: 'okx', symbol: 'BTC/USDT', garbled: 'Invalid request', quota: 20, streams: 'refused', quotes: true },
  { id: 'okx', symbol: 'BTC/USDT:USDT', garbled: 'Invalid request', quota: 20, streams: 'refused', quotes: true },
  { id: 'okx', symbol: 'BTC/USD:BTC', garbled: 'Invalid request', quota: 20, streams: 'refused', quotes: true },
  { id: 'deribit', symbol: 'BTC/USDC:USDC', garbled: 'Parse error', quota: 20, streams: 'silent', quotes: true },
  { id: 'bitstamp', symbol: 'BTC/USD', garbled: 'Bad request', quota: 400, streams: 'refused', quotes: false },
  { id: 'krakenfutures', symbol: 'BTC/USD:USD', garbled: 'Json Error', quota: 100, streams: 'refused', quotes: false },
  {
    id: 'binancecoinm',
    symbol: 'BTC/USD:BTC',
    garbled: 'Invalid JSON',
    quota: 2_400,
    streams: 'silent',
    quotes: true
  },
  {
    id: 'hyperliquid',
    symbol: 'BTC/USDC:USDC',
    garbled: 'Error parsing JSON',
    quota: 1_200,
    streams: 'refused',
    quotes: false,
    absence: null
  },
  { id: 'bybit', symbol: 'BTC/USDT:USDT', garbled: 'Unmarshal error', quota: 600, streams: 'refused', quotes: true }
]

describe.each(VENUES)(
  'the simulated $id with $symbol',
  ({ id, symbol, garbled, quota, streams, quotes, absence = 'unknown-symbol' }) => {
    const adapter = exchangeById(id)
    const venue = simulatedVenue(id)
    const market = createSeededMarket({
      seed: 7,
      rate: 2,
      symbols: [symbol],
      quiet: [],
      nativeOf: name => venue.nativeOf(name)!,
      clock: systemClock
    })
    const [feed] = [...market.feeds.values()]
    const open = (faults: readonly string[], use: Parameters<typeof withExchange>[0]) =>
      withExchange(use, { market, front: venue.front, faults })
    const [listed, absent]: readonly Instrument[] = [symbol, symbol.replace('BTC', 'NO')].map(name => ({
      exchange: id,
      symbol: name
    }))
    const { contractSize, quantityDigits } = feed!.listing
    // A linear contract that is counted holds a lot.
    const sized = { ...listed!, contractSize: String(contractSize ?? fixedText(1, quantityDigits)) }
    /** Volumes of the prints of a minute. */
    const volumesOf = (minute: number) => {
      const { listing, idAt, visit } = feed!
      const [volume, quote] = [new DecimalSum(), new DecimalSum()]
      visit(idAt(minute), idAt(minute + 60_000), print => {
        const { quantity, quoteQuantity } = sizesOf(listing, print)
        volume.addText(quantity)
        quote.addText(quoteQuantity)
      })
      // What inverse contracts are in the base currency the exchange rounds by a rule of its own.
      return { volume: listing.contractSize === undefined ? String(volume) : null, quoteVolume: String(quote) }
    }
    const ask = (rest: string, { path, body }: RestRequest) => fetchJson(rest + path, AbortSignal.timeout(10_000), body)

    test('knows no instrument that it does not list', () =>
      open([], async ({ rest }) => {
        const answer = await ask(rest, adapter.history.trades(absent!, null, 10))
        expect(adapter.rest.refusal(answer)?.kind ?? answer.body).toEqual(absence)
      }))

    test('refuses who asks too much, and says so in its own form', () =>
      withExchange(
        async ({ rest }) => {
          const history = adapter.history.trades(listed!, null, 10)
          // Where it is no dearer, what is quickly answered.
          const request = history.cost === 1 ? adapter.rest.ping : history
          let refusals: (string | null)[] = []
          for (let used = 0; used <= quota; used += request.cost) {
            const answer = await ask(rest, request)
            refusals = [...refusals, adapter.rest.refusal(answer)?.kind ?? null]
          }
          expect(refusals.pop()).toBe('rate-limited')
          expect(refusals.every(kind => kind === null)).toBe(true)
        },
        // The window of the quota does not end meanwhile.
        { market, front: venue.front, clock: { ...systemClock, now: () => epochMs(1_723_161_600_000) } }
      ))

    test('has nothing to say of a market while REST fails', () =>
      open(['restFailure:at=0.001,for=60'], async ({ rest }) => {
        await systemClock.sleep(100)
        const { body } = await ask(rest, adapter.history.trades(listed!, null, 10))
        expect(() => adapter.history.decodeTrades(body, listed!, epochMs(Date.now()))).toThrow()
      }))

    test('answers a message that is none, and a subscription to what it does not list, with its own error', () =>
      open([], async ({ ws }) => {
        const stream = adapter.tradeStream(absent!)
        const client = await listenTo(ws + adapter.socketPath([], adapter.route(stream)))
        client.say('what?')
        for (const message of adapter.subscribe([stream], 7)) client.say(message)
        await client.until(() => client.heard.find(text => text.includes(garbled)) ?? null)
        const refusal = await client.until(
          () =>
            client.heard
              .filter(text => !text.includes(garbled))
              .flatMap(text => adapter.decode(text, new Map([[stream, absent!]]), epochMs(Date.now())))
              .find(event => event.kind === 'reply') ?? null
        )
        expect(refusal.error === null ? 'silent' : 'refused').toBe(streams)
      }))

    test('has candles that are the sum of its prints', () =>
      open([], async ({ rest }) => {
        const minute = epochMs(Math.floor(Date.now() / 60_000) * 60_000 - 120_000)
        const asked = adapter.klines.page(listed!, '1m', minute, epochMs(minute + 60_000), 1)
        const { body } = await ask(rest, asked)
        const { klines, odd } = adapter.klines.decodePage(body, sized, '1m', epochMs(Date.now()))
        expect(odd).toEqual([])
        const { volume, quoteVolume } = klines.find(({ openTime }) => openTime === minute)!
        const sums = volumesOf(minute)
        expect({ volume, quoteVolume }).toEqual(quotes ? sums : { volume: sums.volume, quoteVolume: null })
      }))

    test('calls a symbol by another word while it rests', () =>
      open(['halt:at=0.5'], async ({ rest }) => {
        const words = async () => {
          const { body } = await ask(rest, adapter.listing.request([listed!]))
          return adapter.listing.decode(body, [listed!])[0]
        }
        const usual = await words()
        await systemClock.sleep(700)
        expect(usual).toEqual(expect.any(String))
        expect(await words()).not.toBe(usual)
      }))
  }
)
