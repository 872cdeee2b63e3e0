import type { Feed, OpenGap, Why } from '../feed/feed.ts'
import { statusOf } from '../transport/refusal.ts'

/** A ban that has an end is waited for: so long it must have been going on in this run. */
const AT_LEAST_MS = 3_600_000
/** So many gaps of a feed are kept open. */
const MAX_OPEN = 10_000
/** How long a start waits for a history that gives nothing, before it joins the live stream without it. */
const JOIN_WITHOUT_MS = 60_000

/** History has failed a feed once more. */
export const noteFailure = (feed: Feed, error: unknown): void => {
  const status = statusOf(error)
  const why: Why = status === null ? { reason: 'unanswered' } : { reason: 'refused', httpStatus: status }
  feed.failing = { sinceMs: feed.failing?.sinceMs ?? feed.clock.monotonicMs(), why }
}

/** History gives the feed something again. */
export const noteAnswer = (feed: Feed): void => {
  feed.failing = null
}

const failingMs = ({ failing, clock }: Feed): number => (failing === null ? 0 : clock.monotonicMs() - failing.sinceMs)

/** True where the feed should go on without what history does not give. */
export const joinsWithout = (feed: Feed): boolean => failingMs(feed) >= JOIN_WITHOUT_MS

/**
 * What is said of trades that are lost since ids had to be settled without history, which has given nothing for hours while the stream
 * flowed, or no answer that tells; null: it is waited for. `sinceMs`: when the doubt began, by the monotonic clock.
 */
export const settlesWithout = (feed: Feed, sinceMs: number): Why | null => {
  const { failing, connected, clock, gapGiveUpMs, history } = feed
  const waitMs = history.isNumbered ? gapGiveUpMs : Math.min(gapGiveUpMs, JOIN_WITHOUT_MS)
  if (clock.monotonicMs() - sinceMs < waitMs) return null
  return failing?.why.reason === 'unanswered' && !connected ? null : (failing?.why ?? {})
}

/**
 * Why a gap has to be given up though history was not seen to lack it: it has been refused for hours, or has not answered while the stream
 * did, or there are too many; or it has no numbers at all. null: it is waited for.
 */
export const reasonToAbandon = (feed: Feed, gap: OpenGap): Why | null => {
  const { failing, openGaps, gapGiveUpMs, history } = feed
  if (!history.isNumbered) return {}
  if (failing === null) return null
  if (openGaps.size > MAX_OPEN && openGaps.values().next().value === gap) return failing.why
  // Without any connection nothing says that it is history alone that cannot be reached.
  if (failing.why.reason === 'unanswered' && !feed.connected) return null
  const isOld = feed.clock.now() - gap.detectedAt >= gapGiveUpMs
  return isOld && failingMs(feed) >= Math.min(gapGiveUpMs, AT_LEAST_MS) ? failing.why : null
}
