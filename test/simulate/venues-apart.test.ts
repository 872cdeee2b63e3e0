import { beforeAll, describe, expect, test } from '@jest/globals'
import { exchangeById } from '../../src/exchange/registry.ts'
import { DecimalSum } from '../../src/market/decimal.ts'
import { parseSize } from '../../src/market/parse-decimal.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import { parseFault } from '../../src/simulate/faults/fault.ts'
import { fixedText } from '../../src/simulate/market/fixed-text.ts'
import type { Print } from '../../src/simulate/market/market.ts'
import { SIMULATED_VENUES } from '../../src/simulate/venues/registry.ts'
import { DAY } from '../support/market.ts'
import type { Way } from './exchanges-in-memory.ts'
import { sizesOf } from './print-sizes.ts'
import { TROUBLES } from './troubles.ts'
import { type Followed, followTogether } from './venues-together.ts'

const SECOND = 1_000
const MINUTE = 60_000
/** A venue fails in one way after the other, each for so long. */
const EACH_MS = 8 * SECOND
const BLOCK_MS = Math.ceil((Object.keys(TROUBLES).length * EACH_MS) / MINUTE) * MINUTE
const LEAD_MS = 2 * MINUTE
/** So long it may take to be whole again. */
const AFTER_MS = 2 * MINUTE
const BEGIN = DAY - MINUTE

const VENUE_IDS = SIMULATED_VENUES.map(({ id }) => id)
const RUN_MS = LEAD_MS + VENUE_IDS.length * BLOCK_MS + AFTER_MS + MINUTE

const blockAt = (index: number): number => LEAD_MS + index * BLOCK_MS

const AS_IT_IS: Way = { frame: text => text, status: () => null, latencyMs: () => 0 }

/** What goes wrong with one venue, and when. */
const troubleOf = (_: string, index: number) => {
  const troubles = Object.values(TROUBLES)
  const beginOf = (n: number): number => blockAt(index) + n * EACH_MS + SECOND
  const faults = troubles.flatMap((trouble, n) =>
    (trouble.faults ?? []).map(text => {
      const [kind, keys = ''] = text.split(':')
      return parseFault(`${kind}:at=${beginOf(n) / SECOND}${keys && `,${keys}`}`)
    })
  )
  const way = (nowMs: () => number): Way => {
    const own = (): Partial<Way> => {
      const n = Math.floor((nowMs() - blockAt(index) - SECOND) / EACH_MS)
      return n >= 0 && nowMs() < beginOf(n) + 5 * SECOND ? (troubles[n]?.way ?? {}) : {}
    }
    return {
      frame: text => (own().frame ?? AS_IT_IS.frame)(text),
      status: () => (own().status ?? AS_IT_IS.status)(),
      latencyMs: () => (own().latencyMs ?? AS_IT_IS.latencyMs)()
    }
  }
  return { faults, way }
}

type Run = Awaited<ReturnType<typeof followTogether>>
let run: Run

beforeAll(async () => {
  run = await followTogether(RUN_MS, troubleOf)
}, 300_000)

/**
 * Whether neither stream nor history has a trade. Where the market is quiet behind it, only the next trade shows that it is missing: its
 * window may have closed by then.
 */
const isLost = (id: string, print: number): boolean =>
  run.gaps.some(
    ({ exchange, epoch, status, fromId, toId }) =>
      exchange === id &&
      epoch === undefined &&
      status === 'unrecoverable' &&
      Number(fromId) <= print &&
      print <= Number(toId)
  )

/** What a candle that holds every trade of its window says, by what was printed; times of history may be rounded, so order is left out. */
const figuresOf = ({ feed, instrument }: Followed, { openTime, closeTime }: Candle) => {
  const { idAt, visit, listing } = feed()
  const prints: Print[] = []
  visit(idAt(openTime), idAt(closeTime), print => {
    if (!isLost(instrument.exchange, print.id)) prints.push(print)
  })
  const volume = new DecimalSum()
  for (const print of prints) volume.addText(sizesOf(listing, print).quantity)
  const ticks = prints.map(print => print.ticks)
  const priceOf = (value: number): string | null => parseSize(fixedText(value, listing.priceDigits))
  return {
    tradeCount: prints.length,
    volume: String(volume),
    ...(prints.length > 0 && { high: priceOf(Math.max(...ticks)), low: priceOf(Math.min(...ticks)) })
  }
}

/** Statuses of candles that claim to hold every trade. */
const WHOLE: readonly string[] = ['traded', 'backfilled', 'empty', 'matched']

/** Names a candle, and what is wrong with it; null: nothing. */
const wrongIn = (venue: Followed, candle: Candle): string | null => {
  const wanted = figuresOf(venue, candle)
  const { tradeCount, volume, high, low } = candle
  const said = { tradeCount, volume, ...(wanted.high !== undefined && { high, low }) }
  if (JSON.stringify(said) === JSON.stringify(wanted)) return null
  return `${candle.interval} at ${(candle.openTime - BEGIN) / SECOND} s, ${candle.status}: ${JSON.stringify({ said, wanted })}`
}

describe.each(VENUE_IDS.map((id, index) => ({ id, index })))('$id, followed beside all others', ({ id, index }) => {
  const venue = (): Followed => run.followed[index]!
  const { chain, history } = exchangeById(id)
  const isNumbered = chain !== null
  const own = { from: BEGIN + blockAt(index), to: BEGIN + blockAt(index) + BLOCK_MS + AFTER_MS }
  /** Where no number proves them, windows below a minute are never whole. */
  const candles = (): readonly Candle[] =>
    run.candles.filter(
      ({ exchange, interval, openTime }) =>
        exchange === id && openTime >= BEGIN + MINUTE && (isNumbered || interval === '1m')
    )
  const isOwn = ({ openTime, closeTime }: Candle): boolean => closeTime > own.from && openTime < own.to

  test('stays whole while others fail in every way', () => {
    const others = candles().filter(candle => !isOwn(candle))
    expect(others.length).toBeGreaterThan(isNumbered ? 100 : 15)
    const status = isNumbered ? ['traded', 'empty'] : ['matched']
    const broken = others.filter(candle => !status.includes(candle.status))
    expect(broken.map(({ openTime, status: word }) => `${(openTime - BEGIN) / SECOND} s: ${word}`)).toEqual([])
    expect(others.map(candle => wrongIn(venue(), candle)).filter(wrong => wrong !== null)).toEqual([])
  })

  test('has no candle that is wrong while it fails itself', () => {
    const claimed = candles().filter(candle => isOwn(candle) && WHOLE.includes(candle.status))
    expect(claimed.length).toBeGreaterThan(0)
    expect(claimed.map(candle => wrongIn(venue(), candle)).filter(wrong => wrong !== null)).toEqual([])
  })

  test('has dead letters for what could not be read, of itself alone', () => {
    const letters = run.deadLetters.filter(({ origin }) => 'exchange' in origin && origin.exchange === id)
    const reasons = new Set(letters.map(({ reason }) => reason))
    expect([...reasons]).toEqual(expect.arrayContaining(['undecodable', 'future-time']))
    for (const { receivedAt } of letters) expect([receivedAt >= own.from, receivedAt <= own.to]).toEqual([true, true])
  })

  test('has gaps, each with its cause, where numbers tell what is missing', () => {
    const own = run.gaps.filter(({ exchange }) => exchange === id)
    expect(own.length > 0).toBe(isNumbered)
    const last = [...new Map(own.map(gap => [`${gap.epoch ?? 0} ${gap.fromId}`, gap])).values()]
    expect(last.filter(({ status }) => status === 'open')).toEqual([])
    const ends = history.isNumbered === false ? ['unrecoverable'] : ['filled', 'unrecoverable']
    if (isNumbered) expect(last.map(({ status }) => status)).toEqual(expect.arrayContaining(ends))
    for (const { cause } of last) expect(cause).toMatch(/./)
  })
})

test('the process is ready again when all have failed', () => {
  expect(run.health.problems()).toEqual([])
})
