import { afterEach, describe, expect, test } from '@jest/globals'
import type { Exchange } from '../../src/exchange/exchange.ts'
import { exchangeById } from '../../src/exchange/registry.ts'
import { windowStart } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { instrumentIn, type Message, TRADE_FRAMES, type TradeFrames } from '../contract/trade-frames.ts'
import { replaced } from '../support/broken-frames.ts'
import { candlesOf } from '../support/driven-candles.ts'
import { answer } from './fake-exchange.ts'
import { createWorld, ids, openScene, type Scene } from './scene.ts'

const SUBSCRIBED = 'subscribed'
const GIVE_UP_MS = 20_000
/** An ingest that history refuses joins the stream after so long. */
const COLD_MS = 90_000
const SECOND = 1_000

/** The adapter, and a message of everyone's that confirms all. */
const confirming = (adapter: Exchange): Exchange => ({
  ...adapter,
  limits: { ...adapter.limits, streamBytesInAddress: 0 },
  decode: (text, byStream, receivedAt) =>
    text === SUBSCRIBED
      ? [{ kind: 'reply', id: null, error: null, streams: [...byStream.keys()] }]
      : adapter.decode(text, byStream, receivedAt)
})

let scene: Scene
afterEach(() => scene.ingest.stop())

/** What was printed: the number is the price as well, by which a trade is known wherever it comes up. */
type Print = { readonly n: number; readonly time: number }

const numberOf = ({ price }: { readonly price: string }): number => Math.floor(Number(price))

/** The newest revision of each final candle. */
const newest = (candles: readonly Candle[]): readonly Candle[] => [
  ...new Map(candles.filter(({ final }) => final).map(candle => [candle.openTime, candle])).values()
]

/** An exchange with a history that answers nobody, live since the trades 1000 to 1005. */
const openVenue = async (frames: TradeFrames) => {
  const world = createWorld()
  const adapter = exchangeById(frames.exchange)
  world.exchange.refusal = answer(503, {})
  const instruments = [instrumentIn(frames)]
  scene = openScene({ exchange: confirming(adapter), instruments, gapGiveUpMs: GIVE_UP_MS }, world)
  const { clock, exchange } = scene
  const printed: Print[] = []
  const say = (message: Message): void => exchange.send(JSON.stringify(message))
  const subscribe = async (): Promise<void> => {
    await clock.advance(2_000)
    exchange.send(SUBSCRIBED)
  }
  const messageOf = ({ n, time }: Print): Message => frames.trade(n, time, n)
  /** Prints a trade of each number, and tells of it by what `change` makes of its message. */
  const print = async (numbers: readonly number[], change = (message: Message): Message => message): Promise<void> => {
    for (const n of numbers) {
      await clock.advance(200)
      const trade = { n, time: clock.now() }
      printed.push(trade)
      say(change(messageOf(trade)))
    }
  }
  const restart = async (): Promise<void> => {
    exchange.drop(1012, 'service restart')
    await subscribe()
  }
  await subscribe()
  await print([1000, 1001])
  await clock.advance(COLD_MS)
  await print(ids(1002, 1005))
  await clock.advance(2_000)
  /** Final candles that claim to be whole, and are not what was printed. */
  const wrongCandles = (): readonly Candle[] =>
    newest(
      candlesOf(scene.ticks(), { hasChain: () => adapter.chain !== null, intervals: ['1s'], gapHoldMs: SECOND }).candles
    ).filter(({ status, openTime, tradeCount, open, close }) => {
      if (status !== 'traded' && status !== 'backfilled' && status !== 'empty') return false
      const inside = printed.filter(({ time }) => windowStart(time as Candle['openTime'], SECOND) === openTime)
      const ends = inside.length === 0 ? [] : [numberOf({ price: open }), numberOf({ price: close })]
      return tradeCount !== inside.length || ends.some((n, i) => n !== inside.at(i === 0 ? 0 : -1)?.n)
    })
  return {
    isNumbered: adapter.chain !== null,
    printed,
    print,
    /** Tells once more of what was printed. */
    repeat: (numbers: readonly number[]): void => {
      for (const n of numbers) say(messageOf(printed.findLast(one => one.n === n)!))
    },
    restart,
    published: (): readonly number[] => scene.trades().map(numberOf),
    wrongCandles,
    reasons: (): readonly string[] => scene.deadLetters().map(({ reason }) => reason)
  }
}

describe.each(TRADE_FRAMES)('$exchange', frames => {
  test('that tells of its newest trades again after maintenance has each of them once', async () => {
    const venue = await openVenue(frames)
    await venue.restart()
    venue.repeat(ids(1003, 1005))
    await venue.print([1006, 1007])
    await scene.clock.advance(5_000)
    expect(venue.published()).toEqual(ids(1000, 1007))
    expect(scene.gaps()).toEqual([])
    expect(venue.reasons()).toEqual([])
    expect(venue.wrongCandles()).toEqual([])
  })

  test('that gives other trades the ids of old ones loses none of them without a word', async () => {
    const venue = await openVenue(frames)
    await scene.clock.advance(10_000)
    await venue.restart()
    await venue.print([1004, 1005])
    await scene.clock.advance(2 * GIVE_UP_MS)
    await venue.print([1006, 1007])
    await scene.clock.advance(2 * GIVE_UP_MS)
    const twice = venue.printed.length - venue.published().length
    expect(venue.reasons()).toEqual(Array(twice).fill('odd-id'))
    expect(venue.published().slice(-2)).toEqual([1006, 1007])
    expect(venue.wrongCandles()).toEqual([])
  })

  test('that begins its numbers anew has every trade once, and what is missing between them is a gap with its cause', async () => {
    const venue = await openVenue(frames)
    await venue.restart()
    await venue.print(ids(1, 5))
    await scene.clock.advance(2 * GIVE_UP_MS)
    await venue.print([6, 7])
    await scene.clock.advance(5_000)
    expect(venue.published()).toEqual([...ids(1000, 1005), ...ids(1, 7)])
    expect(scene.gapRecords()).toEqual(
      venue.isNumbered
        ? [expect.objectContaining({ fromId: '1006', status: 'unrecoverable', cause: 'disconnect', httpStatus: 503 })]
        : []
    )
    expect(venue.wrongCandles()).toEqual([])
  })

  test.each([
    ['changes the type of the price', (message: Message) => replaced(message, frames.price, { amount: 1 })],
    ['sends a new kind of message', (message: Message) => replaced(message, frames.kinds[0]!, 'something_new')]
  ])('that %s gets dead letters, and a gap where its numbers tell', async (_, change) => {
    const venue = await openVenue(frames)
    await venue.print([1006, 1007], message => change(message) as Message)
    await venue.print([1008, 1009])
    await scene.clock.advance(2 * GIVE_UP_MS)
    expect(venue.published()).toEqual([...ids(1000, 1005), 1008, 1009])
    expect(venue.reasons()).toHaveLength(2)
    expect(scene.gaps()).toEqual(
      venue.isNumbered ? ['1006..1007 open skipped', '1006..1007 unrecoverable skipped'] : []
    )
    expect(venue.wrongCandles()).toEqual([])
  })
})
