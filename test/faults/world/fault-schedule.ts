import type { Broker } from '../broker/broker.ts'
import type { Venue } from '../exchange/venue.ts'
import type { FaultInjector, FaultKind } from './injector.ts'
import type { Journal } from './journal.ts'
import type { Random } from './random.ts'
import type { ProcessSlot } from './slot.ts'
import type { Timeline } from './timeline.ts'

/** What a fault can reach. */
export type Scene = {
  readonly timeline: Timeline
  readonly journal: Journal
  readonly injector: FaultInjector
  readonly broker: Broker
  readonly venue: Venue
  readonly slots: readonly ProcessSlot[]
}

type ScheduledFault = (scene: Scene, random: Random) => void

/** How likely each trouble is while it lasts, and how long it lasts at most. */
const SPELLS: Readonly<Record<FaultKind, { readonly chance: number; readonly mostMs: number }>> = {
  'broker away': { chance: 1, mostMs: 7_000 },
  'request refused': { chance: 0.3, mostMs: 6_000 },
  'ack lost': { chance: 0.2, mostMs: 10_000 },
  'batch half taken': { chance: 0.3, mostMs: 10_000 },
  'record refused for good': { chance: 0.15, mostMs: 10_000 },
  'commit refused': { chance: 0.4, mostMs: 10_000 },
  'commit answer lost': { chance: 0.2, mostMs: 10_000 },
  'transaction left open': { chance: 0.7, mostMs: 10_000 },
  'transaction not authorized': { chance: 1, mostMs: 12_000 },
  'coordinator not available': { chance: 0.4, mostMs: 12_000 },
  'network slow': { chance: 0.3, mostMs: 8_000 },
  'process slow': { chance: 0.5, mostMs: 12_000 },
  'database away': { chance: 1, mostMs: 8_000 },
  'database breaks off': { chance: 0.2, mostMs: 10_000 },
  'database answer lost': { chance: 0.3, mostMs: 10_000 },
  'database demoted': { chance: 0.3, mostMs: 8_000 },
  'socket refused': { chance: 0.8, mostMs: 6_000 },
  'frame dropped': { chance: 0.2, mostMs: 15_000 },
  'frame repeated': { chance: 0.2, mostMs: 15_000 },
  'frame overdue': { chance: 0.25, mostMs: 15_000 },
  'frame late': { chance: 0.3, mostMs: 15_000 },
  'frame malformed': { chance: 0.05, mostMs: 15_000 },
  'frame of the future': { chance: 0.15, mostMs: 15_000 },
  'trade of the future': { chance: 0.15, mostMs: 15_000 },
  'history fails': { chance: 0.8, mostMs: 10_000 },
  'history slow': { chance: 0.8, mostMs: 10_000 },
  'history refuses': { chance: 0.5, mostMs: 5_000 },
  'history lags': { chance: 0.8, mostMs: 8_000 },
  'history talks nonsense': { chance: 0.5, mostMs: 5_000 }
}

const spell =
  (trouble: FaultKind): ScheduledFault =>
  ({ injector, timeline, journal }, random) => {
    const { chance, mostMs } = SPELLS[trouble]
    injector.chances[trouble] = chance
    const lastsMs = random.int(300, mostMs)
    journal.note(timeline.nowMs(), 'fault', `${trouble} for ${lastsMs} ms`)
    timeline.after(lastsMs, () => {
      injector.chances[trouble] = 0
    })
  }

const SPELL_KINDS = Object.keys(SPELLS) as readonly FaultKind[]

const counted =
  (kind: string, act: ScheduledFault): ScheduledFault =>
  (scene, random) => {
    scene.journal.note(scene.timeline.nowMs(), 'fault', kind)
    scene.journal.fault(kind)
    act(scene, random)
  }

const pause: ScheduledFault = ({ slots, timeline }, random) => {
  const life = random.pick(slots).life()
  life?.pause()
  timeline.after(random.int(1_000, 14_000), () => life?.goOn())
}

const fallSilent: ScheduledFault = ({ venue, timeline }, random) => {
  venue.silentUntilMs = timeline.nowMs() + random.int(2_000, 14_000)
}

const HOUR = 3_600_000
const FAR_OFF = [-5 * HOUR, -2 * HOUR, 2 * HOUR, 5 * HOUR] as const

/** Somebody sets a machine's clock, and sometimes sets it right again. */
const jumpClock: ScheduledFault = ({ slots, timeline }, random) => {
  const slot = random.pick(slots)
  slot.setClock(random.pick(FAR_OFF))
  if (random.chance(0.5)) timeline.after(random.int(500, 20_000), () => slot.setClock(0))
}

const setBrokersBack: ScheduledFault = ({ broker, timeline }, random) => {
  broker.clock.aheadMs = -2 * HOUR
  timeline.after(random.int(500, 12_000), () => {
    broker.clock.aheadMs = 0
  })
}

const BLOWS: readonly ScheduledFault[] = [
  counted('process killed', ({ slots }, random) => random.pick(slots).kill()),
  counted('process killed between two acts', ({ slots }, random) =>
    random.pick(slots).life()?.dieAfterActs(random.int(0, 30))
  ),
  counted('process stopped', ({ slots }, random) => random.pick(slots).stop()),
  counted('process paused', pause),
  ({ slots }, random) => random.pick(slots).replace(random.int(500, 9_000), random.int(500, 6_000)),
  counted('all processes killed', ({ slots }) => {
    for (const slot of slots) slot.kill()
  }),
  counted('connections reset', ({ venue }) => venue.hangUp(1006, '')),
  counted('connections closed', ({ venue }) => venue.hangUp(1001, 'going away')),
  counted('exchange away', ({ venue, injector, timeline }, random) => {
    injector.chances['socket refused'] = 1
    venue.hangUp(1006, '')
    timeline.after(random.int(1_500, 7_000), () => {
      injector.chances['socket refused'] = 0
    })
  }),
  counted('exchange announces its end', ({ venue, timeline }, random) => {
    venue.announce(`{"e":"serverShutdown","E":${venue.markets[0]!.trades[0]!.time}}`)
    timeline.after(random.int(500, 5_000), () => venue.hangUp(1001, 'going away'))
  }),
  counted('exchange silent', fallSilent),
  counted('topics compacted', ({ broker }) => broker.compact()),
  counted('clock jumps', jumpClock),
  counted('clock of the brokers behind', setBrokersBack)
]

/** Fills the time up to `untilMs` with `count` happenings. */
export const scheduleFaults = (scene: Scene, random: Random, count: number, untilMs: number): void => {
  for (let n = 0; n < count; n++) {
    const happening = random.chance(0.5) ? random.pick(BLOWS) : spell(random.pick(SPELL_KINDS))
    scene.timeline.after(random.int(200, untilMs), () => happening(scene, random))
  }
}

/** At the end: nothing goes wrong any more, and whoever was paused goes on. */
export const endFaults = ({ injector, slots, venue, broker }: Scene): void => {
  injector.calm()
  broker.clock.aheadMs = 0
  venue.silentUntilMs = 0
  for (const slot of slots) slot.life()?.goOn()
}
