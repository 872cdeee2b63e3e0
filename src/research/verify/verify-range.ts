import type { Pool } from 'pg'
import type { KlineHistory } from '../../ingest/quotes/kline/kline-history.ts'
import { INTERVAL_MS, type Interval, windowStart } from '../../market/interval.ts'
import type { KlinePage, OddKline } from '../../market/records/feed/exchange-kline.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { type RetryPolicy, retry } from '../../runtime/retry.ts'
import { compareWindow, endRun, type ReferenceWindow } from './compare-window.ts'
import { idsInWords } from './ids-in-words.ts'
import { readComputed } from './read-computed.ts'
import { readGaps, type UnfilledGap } from './read-gaps.ts'
import { type Mismatch, mismatch, newSummary, type Summary } from './summary.ts'
import type { VerifyRequest } from './verify-request.ts'

/** What a verification works with. */
export type Verifying = {
  readonly request: VerifyRequest
  readonly pool: Pool
  readonly klines: KlineHistory
  readonly policy: RetryPolicy & { readonly signal: AbortSignal }
  /** Hears of what is wrong as it is found, in the order of time. */
  readonly onMismatches: (findings: readonly Mismatch[]) => void
  /** Everything before `to` has been judged: so many windows more than before. */
  readonly onCompared: (to: EpochMs, windows: number) => void
}

/** What came of it, and the gaps in the ids that were not filled. */
export type VerifyResult = { readonly summary: Summary; readonly gaps: readonly UnfilledGap[] }

/** Holds every window of a range against the exchange's, a page at a time, then the ids against the ledger of gaps. */
export const verifyTimeRange = async (verifying: Verifying): Promise<VerifyResult> => {
  const { request, pool, policy, onMismatches, onCompared } = verifying
  const lengthMs = INTERVAL_MS[request.interval]
  const pageMs = request.exchange.klines.perPage * lengthMs
  const summary = newSummary(lengthMs, request.exchange)
  for (let from: number = request.from; from < request.to; from += pageMs) {
    const to = epochMs(Math.min(request.to, from + pageMs))
    onMismatches(await comparePage(verifying, summary, epochMs(from), to))
    onCompared(to, (to - from) / lengthMs)
  }
  onMismatches(endRun(summary))
  const gaps = await readGaps(pool, request, summary.ids, policy.signal)
  onMismatches(gaps.flatMap(gap => contradiction(summary, gap)))
  return { summary, gaps }
}

const comparePage = async (
  verifying: Verifying,
  summary: Summary,
  from: EpochMs,
  to: EpochMs
): Promise<readonly Mismatch[]> => {
  const { request, pool, policy } = verifying
  const [reference, computed] = await Promise.all([
    readReference(verifying, from, to),
    readComputed(pool, request.instrument, request.interval, from, to, policy.signal)
  ])
  const found: Mismatch[] = []
  for (let at: number = from; at < to; at += summary.lengthMs)
    found.push(...compareWindow(summary, epochMs(at), computed.get(at) ?? null, reference.windows.get(at) ?? null))
  summary.odd.push(...reference.odd)
  return found
}

/** What the exchange has of each window, by its open time: a candle, or one that is odd, so that ours is compared with nothing. */
type ReferenceWindows = { readonly windows: Map<number, ReferenceWindow>; readonly odd: OddKline[] }

/** A page may hold less than was asked for: there is no more once one is empty. */
const readReference = async (
  { request, klines, policy }: Verifying,
  from: EpochMs,
  to: EpochMs
): Promise<ReferenceWindows> => {
  const found: ReferenceWindows = { windows: new Map(), odd: [] }
  for (let next = from; next < to; ) {
    const page = await retry(() => klines.page(request.instrument, request.interval, next, to), policy)
    const pageEnd = addPage(found, page, INTERVAL_MS[request.interval])
    if (pageEnd === null) break
    next = pageEnd
  }
  return found
}

/** Takes what a page brought; the end of its last window, null when it brought none. */
const addPage = (found: ReferenceWindows, { klines, odd }: KlinePage<Interval>, lengthMs: number): EpochMs | null => {
  for (const { openTime } of odd) if (openTime !== null) found.windows.set(windowStart(openTime, lengthMs), 'odd')
  for (const kline of klines) found.windows.set(kline.openTime, kline)
  found.odd.push(...odd)
  const times = [...klines, ...odd].map(({ openTime }) => openTime ?? 0)
  const newest = Math.max(0, ...times)
  return newest === 0 ? null : epochMs(windowStart(newest, lengthMs) + lengthMs)
}

const contradiction = (summary: Summary, { claimedBy, status, ...ids }: UnfilledGap): readonly Mismatch[] => {
  if (claimedBy === null) return []
  summary.broken++
  return [mismatch(summary, { openTime: claimedBy }, 'hole', 'whole', `${status}: ${idsInWords(ids)}`)]
}
