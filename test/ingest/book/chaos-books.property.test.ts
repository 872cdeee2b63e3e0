import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { answer } from '../fake-exchange.ts'
import { openQuotesScene } from './quotes-scene.ts'

/** What the way from the exchange does to a change of the book, or what else happens. */
const HAPPENINGS = [
  'sent',
  'sent',
  'sent',
  'lost',
  'repeated',
  'swapped',
  'cut',
  'restFails',
  'restIsOld',
  'second'
] as const

const step = fc.record({
  what: fc.constantFrom(...HAPPENINGS),
  bid: fc.tuple(fc.integer({ min: 90, max: 100 }).map(String), fc.constantFrom('0', '1', '2')),
  ask: fc.tuple(fc.integer({ min: 101, max: 111 }).map(String), fc.constantFrom('0', '1', '2'))
})

type Step = typeof step extends fc.Arbitrary<infer Of> ? Of : never

/** What comes of a frame at once; a swapped one comes behind the next. */
const arriving = (what: Step['what'], frame: string): readonly string[] => {
  if (what === 'cut' || what === 'swapped' || what === 'lost') return []
  return what === 'repeated' ? [frame, frame] : [frame]
}

const play = async (steps: readonly Step[]) => {
  const scene = await openQuotesScene()
  const book = scene.market.BTCUSDT
  let held: string | null = null
  for (const { what, bid, ask } of steps) {
    if (what === 'restIsOld') scene.rest.answers.push(answer(200, book.snapshot()))
    const frame = book.change({ bids: [bid], asks: [ask] })
    if (what === 'restFails') scene.rest.answers.push(answer(503, null))
    if (what === 'cut') scene.cut()
    scene.send(...arriving(what, frame))
    if (what !== 'swapped' && held) scene.send(held)
    held = what === 'swapped' ? frame : null
    await scene.clock.advance(what === 'second' ? 1_000 : 50)
  }
  scene.rest.answers = []
  for (let n = 0; n < 14; n++) {
    scene.send(book.change({}))
    await scene.clock.advance(1_000)
  }
  scene.ingest.stop()
  return { scene, book }
}

describe('whatever happens on the way', () => {
  test('every book that is shown is the one that the exchange had, and the last one is shown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
        const { scene, book } = await play(steps)
        const shown = scene.books().filter(({ stale }) => !stale)
        for (const { lastUpdateId, bids, asks } of shown) expect({ bids, asks }).toEqual(book.topAt(lastUpdateId))
        expect(shown.at(-1)?.lastUpdateId).toBe(String(book.snapshot().lastUpdateId))
      }),
      { numRuns: 100 }
    )
  })
})
