import { setImmediate as settled } from 'node:timers/promises'
import { INTERVALS } from '../../src/market/interval.ts'
import { epochMs } from '../../src/market/time.ts'
import { metrics } from '../../src/runtime/observe/metrics.ts'
import { createBroker } from './broker/broker.ts'
import { createDatabase } from './database/database.ts'
import { printMarket } from './exchange/market.ts'
import { createVenue } from './exchange/venue.ts'
import { judge } from './oracles/judge.ts'
import { endFaults, type Scene, scheduleFaults } from './world/fault-schedule.ts'
import { createFaultInjector } from './world/injector.ts'
import { createJournal } from './world/journal.ts'
import { createOperator } from './world/operator.ts'
import { createRandom, type Random } from './world/random.ts'
import { scheduleReplacedTopics } from './world/replaced-topics.ts'
import { planResets, playResets } from './world/resets.ts'
import { STAGES } from './world/slot.ts'
import { supervise } from './world/supervisor.ts'
import { createTimeline } from './world/timeline.ts'
import type { World } from './world/world.ts'

/** What a run came to. */
export type Outcome = {
  readonly seed: number
  /** What the oracles found; none: it passed. */
  readonly problems: readonly string[]
  /** Of all events, in order: the same seed gives the same. */
  readonly hash: string
  readonly faults: ReadonlyMap<string, number>
}

/** 2024-08-09T00:00:00Z: every interval, the day as well, ends in the middle of a run. */
const MIDNIGHT = 1_723_161_600_000
const FAULTS_MS = { least: 15_000, most: 45_000 }
/** Longer than any session, back-off, hold of a hole or pause of trading takes to be over. */
const CALM_MS = 45_000
/** Trading ends a little before the end, so that nothing is on its way. */
const QUIET_MS = 8_000
/** In the end nothing new comes any more, and all that is on its way arrives. */
const DRAIN_MS = 4_000

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT']
const MAX_HAPPENINGS = 14

const settingsOf = (random: Random): World['settings'] => ({
  intervals: random.chance(0.3)
    ? INTERVALS
    : random.pick([
        ['1s', '5s', '1m'],
        ['1s', '10s', '30s'],
        ['5s', '15m', '1d']
      ] as const),
  gapHoldMs: random.pick([700, 3_000, 60_000]),
  revisionHorizonMs: random.pick([40_000, 600_000]),
  graceMs: 1_000,
  heartbeatMs: random.pick([400, 1_000]),
  commitEveryMs: random.pick([20, 100, 300])
})

const MAX_OF = { ingest: 2, aggregate: 3, sink: 2 } as const

const build = (random: Random, faultsMs: number, journal: ReturnType<typeof createJournal>) => {
  const timeline = createTimeline()
  const startAt = epochMs(MIDNIGHT - random.int(5_000, faultsMs))
  const injector = createFaultInjector(random.fork('injector'), journal)
  const symbols = SYMBOLS.slice(0, random.int(1, SYMBOLS.length))
  const untilMs = faultsMs + CALM_MS - QUIET_MS
  const resets = planResets(random.fork('resets'), faultsMs)
  const markets = symbols.map(symbol => printMarket(symbol, startAt, untilMs, resets, random.fork(symbol)))
  const venue = createVenue(markets, { timeline, injector, random: random.fork('venue') })
  const broker = createBroker(timeline, random.fork('broker'), startAt)
  const database = createDatabase(timeline)
  const cluster = { timeline, startAt, journal, injector, broker, database }
  const world: World = {
    ...cluster,
    venue,
    operator: createOperator(cluster, random.fork('operator')),
    born: [],
    settings: settingsOf(random)
  }
  const slots = STAGES.flatMap(stage =>
    Array.from({ length: random.chance(0.5) ? random.int(1, MAX_OF[stage]) : 1 }, (_, n) =>
      supervise(stage, n + 1, world, startAt, random.fork(`${stage} ${n}`))
    )
  )
  world.operator.slots.push(...slots)
  return { world, slots, resets }
}

/** The product takes chance from its surroundings but in a few back-offs; there it gets the seed's as well. */
const withChance = async <T>(random: Random, work: () => Promise<T>): Promise<T> => {
  const { random: before } = Math
  Math.random = random.next
  try {
    return await work()
  } finally {
    Math.random = before
  }
}

/** Plays one seed from beginning to end, and judges what is left. */
export const simulate = (seed: number, listen: ((line: string) => void) | null = null): Promise<Outcome> => {
  const random = createRandom(seed)
  const journal = createJournal(listen)
  metrics.positionsRefused.reset()
  return withChance(random.fork('back-off'), async () => {
    const faultsMs = random.int(FAULTS_MS.least, FAULTS_MS.most)
    const { world, slots, resets } = build(random, faultsMs, journal)
    const scene: Scene = { ...world, slots }
    scheduleFaults(scene, random.fork('fault'), random.int(0, MAX_HAPPENINGS), faultsMs)
    scheduleReplacedTopics(world, random.fork('replacements'), faultsMs)
    playResets(scene, resets, random.fork('reset'))
    await world.timeline.run(faultsMs)
    endFaults(scene)
    await world.timeline.run(faultsMs + CALM_MS)
    for (const slot of slots) if (slot.stage === 'ingest') slot.life()?.pause()
    await world.timeline.run(faultsMs + CALM_MS + DRAIN_MS)
    const problems = judge(world)
    const outcome = { seed, problems, hash: journal.hash(), faults: new Map(journal.faults()) }
    for (const { release } of world.born) release()
    await settled()
    return outcome
  })
}
