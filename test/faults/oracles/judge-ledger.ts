import type { Gap } from '../../../src/market/records/feed/gap.ts'
import type { World } from '../world/world.ts'
import type { EpochEvidence } from './evidence.ts'
import { show, spanOf } from './judge-trades.ts'

/** What `gaps` says now of every hole. */
const newestGaps = ({ gaps }: EpochEvidence): readonly Gap[] => [
  ...new Map(gaps.map(({ key, value }) => [key, value])).values()
]

const covers = (gap: Gap, id: number): boolean => Number(gap.fromId) <= id && Number(gap.toId) >= id

const named = ({ fromId, toId, status }: Gap): string => `${fromId}..${toId} ${status}`

const malformed = (of: EpochEvidence): readonly string[] =>
  of.gaps.flatMap(({ value }) => {
    const count = Number(value.toId) - Number(value.fromId) + 1
    const isRight = value.count === count && count > 0 && (value.closedAt === null) === (value.status === 'open')
    return isRight ? [] : [`${of.symbol}: the gap ${JSON.stringify(value)} contradicts itself`]
  })

/** Ids in the feed that no stream carried, after the first one that a stream brought. */
const uncarried = (of: EpochEvidence, { venue }: World): readonly number[] => {
  const carried = new Set(venue.told.values())
  const span = spanOf(of)
  const streamed = of.trades.flatMap(({ via, id }) => (via === 'stream' ? [Number(id)] : []))
  const from = Math.min(...streamed)
  return [...of.printed].flatMap(([id, print]) =>
    span && id > from && id <= span.last && !carried.has(print) ? [id] : []
  )
}

/** An ingest cannot know what another one, or its predecessor just before its end, has published of what it gives up. */
const hasWitness = ({ born }: World): boolean => born.filter(({ stage }) => stage === 'ingest').length > 1

/** What an ingest opens while its successor runs already, and does not live to close, is closed at the next start. */
const mayStayOpen = ({ journal }: World): boolean => journal.faults().has('ingest taken for dead')

/**
 * Two ingests that work at once may name holes that begin at the same id: these have one key, and the later record stands. Whoever ends an
 * epoch names the id behind what it knows, which its predecessor may have named.
 */
const mayOverwrite = ({ forgottenAtMs }: EpochEvidence, { born, journal }: World): boolean =>
  forgottenAtMs !== null ||
  journal.faults().has('ingest taken for dead') ||
  new Set(born.flatMap(({ stage, number }) => (stage === 'ingest' ? [number] : []))).size > 1

/**
 * Of a chain that the exchange has forgotten, `raw_ticks` alone tells a successor what there was behind its position: it finds nothing there
 * while another topic stands in its place.
 */
const mayBeUnknown = ({ forgottenAtMs, positions }: EpochEvidence, { journal }: World, id: number): boolean =>
  forgottenAtMs !== null &&
  journal.faults().has('another topic in its place') &&
  positions.every(({ value }) => Number(value.lastId) < id)

/** No hole is open in the end; what is missing is given up, what is not is not; what no stream carried is named. */
export const judgeLedger = (of: EpochEvidence, world: World): readonly string[] => {
  const span = spanOf(of)
  const newest = newestGaps(of)
  const seen = new Set(of.trades.map(({ id }) => id))
  const absent = [...of.printed.keys()].filter(
    id => span && id >= span.first && id <= span.last && !seen.has(String(id))
  )
  const open = newest.filter(gap => gap.status === 'open')
  const isExcused = (id: number): boolean => mayStayOpen(world) && open.some(gap => covers(gap, id))
  const everNamed = mayOverwrite(of, world) ? of.gaps.map(({ value }) => value) : newest
  const isGivenUp = (id: number): boolean =>
    isExcused(id) ||
    mayBeUnknown(of, world, id) ||
    everNamed.some(gap => gap.status === 'unrecoverable' && covers(gap, id))
  const isNamed = (id: number): boolean => everNamed.some(gap => covers(gap, id))
  const givenUp = newest.filter(gap => gap.status === 'unrecoverable')
  const wrongly = hasWitness(world)
    ? []
    : [...of.printed.keys()].filter(id => seen.has(String(id)) && givenUp.some(gap => covers(gap, id)))
  return [
    ...malformed(of),
    ...(mayStayOpen(world) ? [] : open).map(
      gap => `${of.symbol}: the gap ${named(gap)} of epoch ${of.epoch} never ended`
    ),
    ...absent
      .filter(id => !isGivenUp(id))
      .map(id => `${of.symbol}: trade ${show(of, id)} is missing, and no gap gives it up`),
    ...wrongly.map(id => `${of.symbol}: trade ${show(of, id)} is there, though a gap gives it up`),
    ...uncarried(of, world)
      .filter(id => !isNamed(id))
      .map(id => `${of.symbol}: no stream carried ${show(of, id)}, and no gap names it`)
  ]
}
