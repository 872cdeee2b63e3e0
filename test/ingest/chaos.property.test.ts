import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Gap } from '../../src/market/records/feed/gap.ts'
import type { Position } from '../../src/market/records/feed/position.ts'
import { answer } from './fake-exchange.ts'
import { createWorld, ids, openScene, type Scene } from './scene.ts'

const OFTEN = ['trade', 'trade', 'skip', 'repeat', 'shuffle'] as const
const BREAKS = ['drop', 'shut', 'reopen', 'kill', 'shutdown', 'quiet'] as const
const FAILURES = ['historyFails', 'historyAnswers', 'brokerAway', 'brokerBack', 'historySlow'] as const

type Kind = (typeof OFTEN)[number] | (typeof BREAKS)[number] | (typeof FAILURES)[number]

/** What happens in a market's life: to how many trades, and how long it lasts. */
type Happening = { readonly kind: Kind; readonly count: number; readonly ms: number }

const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<Kind>(...OFTEN) },
    { weight: 4, arbitrary: fc.constantFrom<Kind>(...BREAKS) },
    { weight: 2, arbitrary: fc.constantFrom<Kind>(...FAILURES) }
  ),
  count: fc.integer({ min: 1, max: 12 }),
  ms: fc.integer({ min: 0, max: 2_500 })
})

const newest = <T>(records: readonly T[], keyOf: (record: T) => string): readonly T[] => [
  ...new Map(records.map(record => [keyOf(record), record])).values()
]

const newestGaps = (scene: Scene): readonly Gap[] => newest(scene.gapRecords(), ({ fromId }) => fromId)

type Life = { readonly world: ReturnType<typeof createWorld>; scene: Scene; next: number }

const createLife = (): Life => {
  const world = createWorld()
  return { world, scene: openScene({}, world), next: 1000 }
}

const take = (life: Life, count: number): readonly number[] => {
  life.next += count
  return ids(life.next - count, life.next - 1)
}

/** Ends the ingest without a word, and starts another from what the broker has. */
const kill = (life: Life): void => {
  life.scene.ingest.stop()
  life.world.broker.crash()
  const positions: readonly Position[] = newest(life.scene.positions(), ({ symbol }) => symbol)
  const openGaps = newestGaps(life.scene).filter(({ status }) => status === 'open')
  life.scene = openScene({ positions, openGaps }, life.world)
}

const set = <T extends object>(of: T, values: Partial<T>): void => void Object.assign(of, values)

const ACTS: Readonly<Record<Kind, (life: Life, count: number) => void>> = {
  trade: (life, count) => life.world.exchange.trade(...take(life, count)),
  skip: (life, count) => life.world.exchange.print(...take(life, count)),
  repeat: (life, count) => life.world.exchange.trade(...ids(Math.max(1000, life.next - count), life.next - 1)),
  shuffle: (life, count) => life.world.exchange.trade(...take(life, count).toReversed()),
  drop: life => life.world.exchange.drop(),
  shut: life => {
    set(life.world.exchange, { accepts: false })
    life.world.exchange.drop()
  },
  reopen: life => set(life.world.exchange, { accepts: true }),
  kill,
  shutdown: life => life.world.exchange.send('{"e":"serverShutdown","E":1723161600000}'),
  quiet: () => undefined,
  historyFails: life => set(life.world.exchange, { refusal: answer(503, null) }),
  historyAnswers: life => set(life.world.exchange, { refusal: null, latencyMs: 0 }),
  historySlow: life => set(life.world.exchange, { latencyMs: 1_500 }),
  brokerAway: life => life.world.broker.setAway(true),
  brokerBack: life => life.world.broker.setAway(false)
}

/** After all that everything works again for a while. */
const calmDown = async (life: Life): Promise<void> => {
  for (const kind of ['reopen', 'historyAnswers', 'brokerBack'] as const) ACTS[kind](life, 0)
  await life.world.clock.advance(15_000)
  ACTS.trade(life, 1)
  await life.world.clock.advance(15_000)
  life.scene.ingest.stop()
}

/** Reads `raw_ticks` as the contract tells a reader to. */
const checkVows = (scene: Scene): void => {
  const seen = new Set<number>()
  const holes = newestGaps(scene)
  const isNamed = (id: number): boolean => holes.some(({ fromId, toId }) => id >= Number(fromId) && id <= Number(toId))
  let time = 0
  for (const tick of scene.ticks()) {
    if ('id' in tick) seen.add(Number(tick.id))
    else if (tick.kind === 'heartbeat') {
      expect(ids(1000, Number(tick.lastId)).filter(id => !seen.has(id) && !isNamed(id))).toEqual([])
      expect(tick.time).toBeGreaterThanOrEqual(time)
      time = tick.time
    }
  }
}

test('whatever happens, no trade is lost, no gap stays open, and no heartbeat passes what is missing', async () => {
  const lives = fc.array(happening, { minLength: 5, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(lives, async happenings => {
      const life = createLife()
      await life.world.clock.advance(10)
      ACTS.trade(life, 3)
      await life.world.clock.advance(10)
      for (const { kind, count, ms } of happenings) {
        ACTS[kind](life, count)
        await life.world.clock.advance(ms)
      }
      await calmDown(life)
      expect([...new Set(life.scene.ids())].toSorted((a, b) => a - b)).toEqual(ids(1000, life.next - 1))
      expect(newestGaps(life.scene).filter(({ status }) => status !== 'filled')).toEqual([])
      expect(life.scene.heartbeats().at(-1)).toMatchObject({ lastId: String(life.next - 1) })
      checkVows(life.scene)
    }),
    { numRuns: 100 }
  )
})
