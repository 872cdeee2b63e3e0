import type { Pool } from 'pg'
import type { KlineHistory } from '../../ingest/quotes/kline/kline-history.ts'
import { INTERVAL_MS, type Interval, windowStart } from '../../market/interval.ts'
import type { KlinePage, OddKline } from '../../market/records/feed/exchange-kline.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { type RetryPolicy, retry } from '../../runtime/retry.ts'
import { endRun, judgeWindow, type TheirWindow } from './compare-window.ts'
import { idsInWords } from './ids-in-words.ts'
import { readOurs } from './read-computed.ts'
import { readGaps, type UnfilledGap } from './read-gaps.ts'
import { type Finding, finding, newTally, type Tally } from './summary.ts'
import type { VerifyRequest } from './verify-request.ts'

/** What a verification works with. */
export type Verifying = {
  readonly request: VerifyRequest
  readonly pool: Pool
  readonly klines: KlineHistory
  readonly policy: RetryPolicy & { readonly signal: AbortSignal }
  /** Hears of what is wrong as it is found, in the order of time. */
  readonly onFindings: (findings: readonly Finding[]) => void
  /** Everything before `to` has been judged: so many windows more than before. */
  readonly onJudged: (to: EpochMs, windows: number) => void
}

/** What came of it, and the gaps in the ids that were not filled. */
export type Verdict = { readonly tally: Tally; readonly gaps: readonly UnfilledGap[] }

/** Holds every window of a range against the exchange's, a page at a time, then the ids against the ledger of gaps. */
export const verifyTimeRange = async (verifying: Verifying): Promise<Verdict> => {
  const { request, pool, policy, onFindings, onJudged } = verifying
  const lengthMs = INTERVAL_MS[request.interval]
  const pageMs = request.exchange.klines.perPage * lengthMs
  const tally = newTally(lengthMs, request.exchange)
  for (let from: number = request.from; from < request.to; from += pageMs) {
    const to = epochMs(Math.min(request.to, from + pageMs))
    onFindings(await judgePage(verifying, tally, epochMs(from), to))
    onJudged(to, (to - from) / lengthMs)
  }
  onFindings(endRun(tally))
  const gaps = await readGaps(pool, request, tally.ids, policy.signal)
  onFindings(gaps.flatMap(gap => contradiction(tally, gap)))
  return { tally, gaps }
}

const judgePage = async (
  verifying: Verifying,
  tally: Tally,
  from: EpochMs,
  to: EpochMs
): Promise<readonly Finding[]> => {
  const { request, pool, policy } = verifying
  const [theirs, ours] = await Promise.all([
    readTheirs(verifying, from, to),
    readOurs(pool, request.instrument, request.interval, from, to, policy.signal)
  ])
  const found: Finding[] = []
  for (let at: number = from; at < to; at += tally.lengthMs)
    found.push(...judgeWindow(tally, epochMs(at), ours.get(at) ?? null, theirs.windows.get(at) ?? null))
  tally.odd.push(...theirs.odd)
  return found
}

/** What the exchange has of each window, by its open time: a candle, or one that is odd, so that ours is compared with nothing. */
type Theirs = { readonly windows: Map<number, TheirWindow>; readonly odd: OddKline[] }

/** A page may hold less than was asked for: there is no more once one is empty. */
const readTheirs = async ({ request, klines, policy }: Verifying, from: EpochMs, to: EpochMs): Promise<Theirs> => {
  const found: Theirs = { windows: new Map(), odd: [] }
  for (let next = from; next < to; ) {
    const page = await retry(() => klines.page(request.instrument, request.interval, next, to), policy)
    const reached = take(found, page, INTERVAL_MS[request.interval])
    if (reached === null) break
    next = reached
  }
  return found
}

/** Takes what a page brought; the end of its last window, null when it brought none. */
const take = (found: Theirs, { klines, odd }: KlinePage<Interval>, lengthMs: number): EpochMs | null => {
  for (const { openTime } of odd) if (openTime !== null) found.windows.set(windowStart(openTime, lengthMs), 'odd')
  for (const kline of klines) found.windows.set(kline.openTime, kline)
  found.odd.push(...odd)
  const times = [...klines, ...odd].map(({ openTime }) => openTime ?? 0)
  const newest = Math.max(0, ...times)
  return newest === 0 ? null : epochMs(windowStart(newest, lengthMs) + lengthMs)
}

const contradiction = (tally: Tally, { claimedBy, status, ...ids }: UnfilledGap): readonly Finding[] => {
  if (claimedBy === null) return []
  tally.broken++
  return [finding(tally, { openTime: claimedBy }, 'hole', 'whole', `${status}: ${idsInWords(ids)}`)]
}
