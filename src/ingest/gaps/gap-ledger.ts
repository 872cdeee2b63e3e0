import { inEpoch } from '../../market/epoch.ts'
import { countIds, type IdRange, joined, missingIn } from '../../market/id-ledger.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { GapMarker } from '../../market/records/feed/trade.ts'
import { epochMs } from '../../market/time.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { outgoing } from '../../stream/topic.ts'
import { gaps, rawTicks } from '../../topics.ts'
import type { Feed, OpenGap, Why } from '../feed/feed.ts'
import { reachedTime } from '../feed/reached-time.ts'

const gapOf = (feed: Feed, gap: OpenGap, range: IdRange, status: Gap['status'], why: Why = {}): Gap => ({
  exchange: feed.instrument.exchange,
  symbol: feed.instrument.symbol,
  fromId: String(range.from),
  toId: String(range.to),
  count: range.to - range.from + 1,
  detectedAt: gap.detectedAt,
  status,
  cause: gap.cause,
  closedAt: status === 'open' ? null : feed.clock.now(),
  ...why,
  ...inEpoch(gap.epoch)
})

/** Ids are in the order of time: a trade behind the gap bounds it. */
const untilOf = ({ newest }: Feed, { to }: IdRange): number => (newest.id > to ? newest.time : 0)

const showMissing = (feed: Feed): void => {
  const { exchange, symbol } = feed.instrument
  metrics.missingTrades.set({ exchange, symbol }, countIds(feed.ledger.gaps))
}

/** The open gap that begins where this one does, and reaches furthest: they have one key, and the later record stands. */
const longestFrom = ({ openGaps }: Feed, gap: OpenGap): OpenGap =>
  [...openGaps]
    .filter(({ from, epoch }) => from === gap.from && epoch === gap.epoch)
    .reduce((longest, other) => (other.to > longest.to ? other : longest), gap)

/** Names a gap in `gaps`; resolves when the broker has it. */
export const recordOpen = async (feed: Feed, range: IdRange, cause: Gap['cause']): Promise<OpenGap> => {
  const gap: OpenGap = {
    from: range.from,
    to: range.to,
    cause,
    detectedAt: feed.clock.now(),
    epoch: feed.epoch,
    until: untilOf(feed, range),
    acked: false
  }
  feed.openGaps.add(gap)
  if (feed.mode === 'catchingUp') feed.opened.add(gap.from)
  metrics.gaps.inc({ status: 'open' })
  showMissing(feed)
  feed.log.info(
    { ...feed.instrument, from: gap.from, to: gap.to, cause },
    'trades are missing; asking history for them'
  )
  await feed.output.send([outgoing(gaps, gapOf(feed, gap, longestFrom(feed, gap), 'open'))])
  gap.acked = true
  return gap
}

/**
 * Closes a gap: what was lost of it, also while another gap was filled that has some of its ids, is `unrecoverable`, exactly that, and the
 * rest `filled`. All its trades, and what was given up of it, must be acked.
 */
export const recordClosed = async (feed: Feed, gap: OpenGap): Promise<void> => {
  if (gap.epoch !== feed.epoch) return
  // A longer one that is open still says in the end what became of these ids.
  const isCovered = longestFrom(feed, gap) !== gap
  const records = closingRecords(feed, gap).filter(({ fromId }) => !isCovered || Number(fromId) !== gap.from)
  await feed.output.send(records.filter(record => reaches(feed, record)).map(record => outgoing(gaps, record)))
  feed.openGaps.delete(gap)
  for (const { status } of records) metrics.gaps.inc({ status })
  showMissing(feed)
}

/** Gives up a gap that an earlier run has left open in an epoch before: nobody has its trades any more. */
export const recordGone = async (feed: Feed, gap: OpenGap): Promise<void> => {
  publishGapMarker(feed, gap, gap)
  await feed.sent
  await feed.output.send([outgoing(gaps, gapOf(feed, gap, gap, 'unrecoverable'))])
}

const reasonAbandoned = (abandoned: Feed['abandoned'], part: IdRange): Why => {
  const { reason, httpStatus } = abandoned.find(one => one.from <= part.from && one.to >= part.to) ?? {}
  return { ...(reason && { reason }), ...(httpStatus && { httpStatus }) }
}

/** What `gaps` says of a gap in the end: of what was lost of it, and of the rest. */
export const closingRecords = (feed: Feed, gap: OpenGap): readonly Gap[] => {
  const abandoned = feed.abandoned.toSorted((a, b) => a.from - b.from)
  return split(gap, abandoned).map(part =>
    part.abandoned
      ? gapOf(feed, gap, part, 'unrecoverable', reasonAbandoned(abandoned, part))
      : gapOf(feed, gap, part, 'filled')
  )
}

/** Of what was closed, so many first ids are remembered. */
const MAX_CLOSED = 1_000

/**
 * False where an earlier record of this run closes ids from the same one on and further: the later one, of the same key, would take the rest
 * of it away. Gaps of an earlier run may lie within others.
 */
const reaches = ({ closed }: Feed, { fromId, toId }: Gap): boolean => {
  const [from, to] = [Number(fromId), Number(toId)]
  if ((closed.get(from) ?? -1) > to) return false
  closed.delete(from)
  closed.set(from, to)
  const [oldest] = closed.keys()
  if (closed.size > MAX_CLOSED && oldest !== undefined) closed.delete(oldest)
  return true
}

/** Says among the trades that ids were given up. */
export const publishGapMarker = (
  feed: Feed,
  gap: Pick<OpenGap, 'detectedAt' | 'epoch'>,
  abandoned: IdRange & Why
): void => {
  const record: GapMarker = {
    kind: 'gap',
    exchange: feed.instrument.exchange,
    symbol: feed.instrument.symbol,
    fromId: String(abandoned.from),
    toId: String(abandoned.to),
    time: epochMs(reachedTime(feed) || gap.detectedAt),
    receivedAt: feed.clock.now(),
    ...inEpoch(gap.epoch)
  }
  const why =
    abandoned.reason === undefined
      ? 'history does not have them'
      : 'history has given nothing for too long; `tickstream backfill` asks for them again'
  feed.log.error({ ...feed.instrument, ...abandoned }, `trades are lost: no stream carried them and ${why}`)
  feed.sent = feed.output.send([outgoing(rawTicks, record)])
  feed.sent.catch(() => undefined)
}

/** What `gaps` names as open, as far as the broker has it. */
export const namedRanges = ({ openGaps }: Feed): readonly IdRange[] => joined([...openGaps].filter(gap => gap.acked))

type Part = IdRange & { readonly abandoned: boolean }

/** The gap in parts, in order: abandoned ones, and what lies between them. */
const split = (gap: IdRange, abandoned: readonly IdRange[]): readonly Part[] => {
  const ledger = { max: gap.to, gaps: abandoned }
  const inside = missingIn(ledger, gap)
  const filled = between(gap, inside).map(part => ({ ...part, abandoned: false }))
  return [...inside.map(part => ({ ...part, abandoned: true })), ...filled].sort((a, b) => a.from - b.from)
}

const between = (gap: IdRange, inside: readonly IdRange[]): readonly IdRange[] => {
  const starts = [gap.from, ...inside.map(part => part.to + 1)]
  const ends = [...inside.map(part => part.from - 1), gap.to]
  return starts.map((from, i) => ({ from, to: ends[i]! })).filter(part => part.from <= part.to)
}
