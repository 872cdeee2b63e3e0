import { type Heartbeat, isTrade } from '../../../src/market/records/feed/trade.ts'
import { isNeverSent } from '../exchange/market.ts'
import type { World } from '../world/world.ts'
import type { EpochEvidence, Told } from './evidence.ts'
import { heardAlive } from './judge-trades.ts'

/** What was in `raw_ticks` or named by `gaps` at a moment; asked in the order of moments. */
const createKnown = (of: EpochEvidence) => {
  const known = new Set<number>()
  let first = Number.POSITIVE_INFINITY
  const trades = of.ticks.flatMap(({ value, takenAtMs }) =>
    isTrade(value) ? [{ takenAtMs, from: Number(value.id), to: Number(value.id), begins: true }] : []
  )
  const holes = of.gaps.map(({ value: { fromId, toId }, takenAtMs }) => ({
    takenAtMs,
    from: Number(fromId),
    to: Number(toId),
    begins: false
  }))
  const events = [...trades, ...holes].sort((a, b) => a.takenAtMs - b.takenAtMs)
  const learnUntil = (ms: number): void => {
    while (events[0] && events[0].takenAtMs <= ms) {
      const { from, to, begins } = events.shift()!
      if (begins) first = Math.min(first, from)
      for (let id = from; id <= to; id++) known.add(id)
    }
  }
  return {
    /** The first id since the feed began that was not known then. */
    firstAbsent: (lastId: number, atMs: number): number | null => {
      learnUntil(atMs)
      for (let id = first; id <= lastId; id++) if (!known.has(id)) return id
      return null
    }
  }
}

type Assertion = { readonly lastId: number; readonly takenAtMs: number; readonly what: string }

const heartbeatsOf = ({ ticks }: EpochEvidence): readonly Told<Heartbeat>[] =>
  ticks.flatMap(({ value, ...rest }) => ('kind' in value && value.kind === 'heartbeat' ? [{ ...rest, value }] : []))

const assertionsOf = (of: EpochEvidence): readonly Assertion[] =>
  [
    ...heartbeatsOf(of).map(({ value, takenAtMs }) => ({ lastId: Number(value.lastId), takenAtMs, what: 'heartbeat' })),
    ...of.positions.map(({ value, takenAtMs }) => ({ lastId: Number(value.lastId), takenAtMs, what: 'position' }))
  ].sort((a, b) => a.takenAtMs - b.takenAtMs)

/** So soon a first start looks whether another has begun before it, and takes its own position back. */
const TAKEN_BACK_MS = 1_000

const isTakenBack = ({ positions }: EpochEvidence, { lastId, takenAtMs, what }: Assertion): boolean =>
  what === 'position' &&
  positions.some(
    ({ value, takenAtMs: atMs }) =>
      Number(value.lastId) < lastId && atMs >= takenAtMs && atMs <= takenAtMs + TAKEN_BACK_MS
  )

const broken = (of: EpochEvidence): readonly string[] => {
  const known = createKnown(of)
  return assertionsOf(of).flatMap(assertion => {
    const { lastId, takenAtMs, what } = assertion
    const absent = known.firstAbsent(lastId, takenAtMs)
    return absent === null || isTakenBack(of, assertion)
      ? []
      : [`${of.symbol}: a ${what} of epoch ${of.epoch} vouches for ${lastId}, but ${absent} was not there`]
  })
}

/** Where trades came late or not at all over a connection that lived, ids alone can be vouched for. */
const BLINDING = ['frame dropped', 'frame late', 'frame overdue', 'exchange silent', 'history lags', 'network slow']

/** What is printed behind the last trade of a chain. */
const nextChainOf = ({ printed, next }: EpochEvidence, { lastId }: Heartbeat) =>
  Number(lastId) >= Math.max(...printed.keys()) ? next : undefined

const untimely = (of: EpochEvidence, { journal, venue }: World): readonly string[] => {
  if (BLINDING.some(kind => journal.faults().has(kind))) return []
  const { resets } = venue.markets.find(({ symbol }) => symbol === of.symbol)!
  return heartbeatsOf(of).flatMap(({ value, takenAtMs }) => {
    const next = of.printed.get(Number(value.lastId) + 1) ?? nextChainOf(of, value)
    const isPassed = next && !next.isForgotten && !isNeverSent(resets, next) && next.time < value.time
    return isPassed
      ? [
          `${of.symbol}: the heartbeat of ${value.time}, taken at ${takenAtMs}, knows nothing of trade ${next.id} of ${next.time}`
        ]
      : []
  })
}

/** How far a feed that is well is vouched for, at the least: so long before the end, in milliseconds. */
const PATIENCE_MS = 10_000

/** Only frames tell the exchange's time: who has heard of none since it began vouches for nothing. */
const isTimeKnown = (world: World): boolean => [...heardAlive(world)].some(print => print !== undefined)

const stuck = (of: EpochEvidence, world: World): readonly string[] => {
  const { startAt, timeline } = world
  if (of.forgottenAtMs !== null || of.chain === null || !isTimeKnown(world)) return []
  const newest = Math.max(0, ...heartbeatsOf(of).map(({ value }) => value.time))
  const wanted = startAt + timeline.nowMs() - PATIENCE_MS
  return newest >= wanted ? [] : [`${of.symbol}: vouched for only up to ${newest}, not to ${wanted}`]
}

const earliest = (of: EpochEvidence): ReadonlyMap<number, number> => {
  const there = new Map<number, number>()
  const put = (id: number, atMs: number): void => void there.set(id, Math.min(there.get(id) ?? atMs, atMs))
  for (const { value, takenAtMs } of of.ticks) {
    if (isTrade(value)) put(Number(value.id), takenAtMs)
    else if (value.kind === 'gap')
      for (let id = Number(value.fromId); id <= Number(value.toId); id++) put(id, takenAtMs)
  }
  return there
}

/** A gap is closed when what there is of its trades, and of what was given up, stands in `raw_ticks`. */
const closedEarly = (of: EpochEvidence): readonly string[] => {
  const there = earliest(of)
  return of.gaps.flatMap(({ value: { fromId, toId, status }, takenAtMs }) => {
    for (let id = Number(fromId); status !== 'open' && id <= Number(toId); id++)
      if ((there.get(id) ?? Number.POSITIVE_INFINITY) > takenAtMs)
        return [`${of.symbol}: the gap ${fromId}..${toId} of epoch ${of.epoch} is ${status} before ${id} was said`]
    return []
  })
}

/** Heartbeats and positions vouch for nothing that is missing, and in the end for everything. */
export const judgeHeartbeats = (of: EpochEvidence, world: World): readonly string[] => [
  ...broken(of),
  ...closedEarly(of),
  ...untimely(of, world),
  ...stuck(of, world)
]
