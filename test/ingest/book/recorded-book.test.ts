import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createBinance } from '../../../src/exchange/binance/binance.ts'
import type { BookDiff, BookSnapshot } from '../../../src/exchange/exchange.ts'
import { type Applied, createOrderBook, type OrderBook } from '../../../src/ingest/quotes/book/order-book.ts'
import { parseInstrument } from '../../../src/market/instrument.ts'
import type { BookLevel } from '../../../src/market/records/feed/book.ts'
import { epochMs } from '../../../src/market/time.ts'
import { RECORDED, recordedFrames, recordedSnapshot } from '../../support/recording.ts'

const NOW = epochMs(1_723_161_600_500)
const { book: accent, decode } = createBinance('binance')
/** Where the levels of a snapshot are taken for the whole book. */
const ENDLESS = Number.POSITIVE_INFINITY

type Recording = {
  readonly snapshot: BookSnapshot
  readonly diffs: readonly BookDiff[]
  readonly texts: readonly string[]
}

const recording = (symbol: string): Recording => {
  const of = parseInstrument(`binance:${symbol}`)
  const stream = accent.stream(of)
  const native = symbol.replace('/', '').toLowerCase()
  const texts = recordedFrames(native).filter(text => text.includes(`"${stream}"`))
  const frames = texts.flatMap(text => decode(text, new Map([[stream, of]]), NOW))
  const diffs = frames.flatMap(frame => (frame.kind === 'depth' ? [frame] : []))
  return { snapshot: accent.decodeSnapshot(recordedSnapshot(native)), diffs, texts }
}

const applyAll = (book: OrderBook, diffs: readonly BookDiff[]): readonly Applied[] =>
  diffs.map(diff => book.apply(diff))

type Wire = { readonly u: number; readonly b: readonly [string, string][]; readonly a: readonly [string, string][] }

/** The same book by other means: plain maps over the wire's own words. */
const folded = (native: string, texts: readonly string[]) => {
  const { lastUpdateId, bids, asks } = recordedSnapshot(native)
  const sides = { b: new Map(bids), a: new Map(asks) }
  for (const text of texts) {
    const { data }: { readonly data: Wire } = JSON.parse(text)
    if (data.u <= lastUpdateId) continue
    for (const side of ['b', 'a'] as const)
      for (const [price, quantity] of data[side])
        Number(quantity) === 0 ? sides[side].delete(price) : sides[side].set(price, quantity)
  }
  const ranked = (side: 'b' | 'a', sign: 1 | -1) =>
    [...sides[side]].map(([price, quantity]) => [Number(price), Number(quantity)]).sort(([a], [b]) => sign * (a! - b!))
  return { bids: ranked('b', -1), asks: ranked('a', 1) }
}

const numbers = (levels: readonly BookLevel[]) => levels.map(level => level.map(Number))

const recorded = RECORDED ? describe : describe.skip

recorded.each(['BTC/USDT', 'ETH/USDT'])('the recorded book of %s (skipped without the recordings)', symbol => {
  const { snapshot, diffs, texts } = RECORDED ? recording(symbol) : { snapshot: null!, diffs: [], texts: [] }
  const native = symbol.replace('/', '').toLowerCase()

  test('is readable throughout', () => {
    expect(diffs).toHaveLength(texts.length)
    expect(diffs.length).toBeGreaterThan(3_000)
  })

  test('after all changes equals their fold, level by level, and was never crossed', () => {
    const book = createOrderBook(snapshot, ENDLESS)
    expect(new Set(applyAll(book, diffs))).toEqual(new Set(['old', 'applied']))
    const { bids, asks } = book.top(100_000)
    expect({ bids: numbers(bids), asks: numbers(asks) }).toEqual(folded(native, texts))
  })

  test('shows the same best levels as long as it has any left of its snapshot', () => {
    const book = createOrderBook(snapshot, accent.snapshotLevels)
    const whole = createOrderBook(snapshot, ENDLESS)
    let shown = 0
    for (const diff of diffs) {
      book.apply(diff)
      whole.apply(diff)
      if (book.left() < 10) break
      expect(book.top(10)).toEqual(whole.top(10))
      shown += 1
    }
    expect(shown).toBeGreaterThan(500)
  })

  test('without any one of its changes is broken at the next one', () => {
    const first = diffs.findIndex(({ lastId }) => lastId > snapshot.lastId)
    fc.assert(
      fc.property(fc.integer({ min: first, max: diffs.length - 2 }), lost => {
        const book = createOrderBook(snapshot, ENDLESS)
        const outcomes = applyAll(book, diffs.toSpliced(lost, 1))
        expect(outcomes.indexOf('broken')).toBe(lost)
      }),
      { numRuns: 10 }
    )
  })

  test('misses no break at any place', () => {
    const missed = diffs.slice(1, -1).filter((_, i) => {
      const before = createOrderBook({ lastId: diffs[i]!.lastId, bids: [], asks: [] }, ENDLESS)
      return before.apply(diffs[i + 2]!) !== 'broken'
    })
    expect(missed).toEqual([])
  })

  test('is not changed by changes that come again', () => {
    const [once, twice] = [createOrderBook(snapshot, ENDLESS), createOrderBook(snapshot, ENDLESS)]
    applyAll(once, diffs)
    const outcomes = applyAll(
      twice,
      diffs.flatMap((diff, i) => [diff, diff, ...diffs.slice(Math.max(0, i - 3), i)])
    )
    expect(outcomes).not.toContain('broken')
    expect(twice.top(100_000)).toEqual(once.top(100_000))
  })
})
