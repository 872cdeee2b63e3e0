import type { Reset } from '../exchange/market.ts'
import type { Scene } from './fault-schedule.ts'
import type { Random } from './random.ts'

/** How often a world has an exchange that begins its ids anew, and then how often it does so twice. */
const CHANCE = { once: 0.15, twice: 0.3 }
/** A pause of trading, longer than clocks inside the exchange may be apart. */
const PAUSE_MS = { least: 2_500, most: 9_000 }
/** Of two resets the first is settled before the second, as a rule. */
const APART_MS = 25_000

/** When the exchange begins its ids anew; drawn before the world begins, since all that it prints is. */
export const planResets = (random: Random, faultsMs: number): readonly Reset[] => {
  if (!random.chance(CHANCE.once)) return []
  const draw = (leastMs: number): Reset => ({
    atMs: random.int(leastMs, Math.max(leastMs, faultsMs)),
    pauseMs: random.int(PAUSE_MS.least, PAUSE_MS.most)
  })
  const first = draw(2_000)
  return random.chance(CHANCE.twice) ? [first, draw(first.atMs + APART_MS)] : [first]
}

/** What goes with it: connections end, or not; and sometimes an ingest is down at that moment. */
export const playResets = (
  { timeline, journal, venue, slots }: Scene,
  resets: readonly Reset[],
  random: Random
): void => {
  const ingests = slots.filter(({ stage }) => stage === 'ingest')
  for (const { atMs, pauseMs } of resets) {
    timeline.after(atMs, () => {
      journal.note(timeline.nowMs(), 'fault', `ids begin anew, trading again in ${pauseMs} ms`)
      journal.fault('ids begin anew')
      if (random.chance(0.7)) venue.hangUp(1012, 'service restart')
    })
    const isDown = (): boolean => random.chance(0.3)
    for (const ingest of ingests) if (isDown()) timeline.after(atMs + random.int(-1_500, pauseMs), () => ingest.kill())
  }
}
