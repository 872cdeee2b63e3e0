import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Interval } from '../../market/interval.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { FeedStatus } from '../../market/records/derived/feed-status.ts'
import type { Verification } from '../../market/records/derived/verification.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { InstrumentFacts } from '../../market/records/feed/instrument-facts.ts'
import type { Listing } from '../../market/records/feed/listing.ts'
import type { Position } from '../../market/records/feed/position.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { gaps as gapsTopic } from '../../topics.ts'
import type { Verified } from '../store/database-reader.ts'

/** What is known of one feed. */
type Feed = {
  readonly instrument: Instrument
  listing: Listing | null
  facts: InstrumentFacts | null
  lastTradeTime: EpochMs | null
  watermark: EpochMs | null
  newestData: EpochMs | null
  contiguousToId: string | null
  idsDoubtedSince: EpochMs | null
  readonly lacking: Set<EpochMs>
  readonly revised: Set<number>
  readonly gaps: Map<string, Gap>
  readonly differing: Set<number>
  verifiedTo: EpochMs | null
}

type ExchangeStatus = Pick<FeedStatus, 'exchangeStatus' | 'exchangeStatusAt'>

/** The state of every feed, from the records that pass. */
export type Feeds = {
  readonly observeCandle: (candle: Candle) => void
  readonly observeGap: (gap: Gap) => void
  /** The ledger holds this gap no more, by its key. */
  readonly dropGap: (key: string) => void
  readonly observeListing: (listing: Listing) => void
  readonly observeFacts: (facts: InstrumentFacts) => void
  readonly observePosition: (position: Position) => void
  readonly observeVerification: (verification: Verification) => void
  readonly begin: (verified: readonly Verified[]) => void
  /** Instruments that are expected, or were heard of a while ago at most. */
  readonly instruments: (now: number) => readonly Instrument[]
  /** The same, and those that ingest looks for in the exchange's list, whether anything comes of them or not. */
  readonly followed: (now: number) => readonly Instrument[]
  /** How their feeds stand. */
  readonly status: (now: number) => readonly FeedStatus[]
  /** The word of the exchange's own list, and when it was asked for it. */
  readonly exchangeStatus: (instrument: Instrument) => ExchangeStatus
  /** What the exchange's own list told of it last; null: nothing yet. */
  readonly facts: (instrument: Instrument) => InstrumentFacts | null
  /** How old the newest data of an instrument is; null while nothing is known. */
  readonly dataAgeMs: (instrument: Instrument, now: number) => number | null
  /** Gaps of all feeds, those that were found last first. */
  readonly gaps: () => readonly Gap[]
}

const gapKey = gapsTopic.key
const MAX_REVISED = 100_000
/** An instrument that nobody expects is told of while its newest data is not older than this. */
const HEARD_WITHIN_MS = 3_600_000
/** Ingest asks for the exchange's list once an hour: it no longer looks for what was checked before. */
const CHECKED_WITHIN_MS = 2 * HEARD_WITHIN_MS

const newFeed = (instrument: Instrument): Feed => ({
  instrument: { exchange: instrument.exchange, symbol: instrument.symbol },
  listing: null,
  facts: null,
  lastTradeTime: null,
  watermark: null,
  newestData: null,
  contiguousToId: null,
  idsDoubtedSince: null,
  lacking: new Set(),
  revised: new Set(),
  gaps: new Map(),
  differing: new Set(),
  verifiedTo: null
})

const later = (known: EpochMs | null, next: EpochMs): EpochMs => (known === null || next > known ? next : known)

/** A candle of the finest interval tells how far the feed has come. */
const followFinest = (feed: Feed, candle: Candle): void => {
  const { openTime, closeTime, final, status, tradeCount, lastTradeId } = candle
  if (status === 'exchange') return
  if (tradeCount > 0) feed.lastTradeTime = later(feed.lastTradeTime, openTime)
  feed.newestData = later(feed.newestData, final ? closeTime : openTime)
  if (!final) return
  if (status === 'gap') feed.lacking.add(openTime)
  else feed.lacking.delete(openTime)
  if (feed.watermark !== null && closeTime <= feed.watermark) return
  feed.watermark = closeTime
  feed.contiguousToId = lastTradeId ?? feed.contiguousToId
}

const ageOf = ({ newestData }: Pick<Feed, 'newestData'>, now: number): number | null =>
  newestData === null ? null : Math.max(0, now - newestData)

const exchangeStatusOf = (listing: Listing | null): ExchangeStatus => ({
  exchangeStatus: listing?.status ?? null,
  exchangeStatusAt: listing?.checkedAt ?? null
})

const statusOf = (feed: Feed, now: number): FeedStatus => {
  const gaps = [...feed.gaps.values()]
  const count = (status: Gap['status']): number => gaps.filter(gap => gap.status === status).length
  const missing = gaps.filter(({ status }) => status !== 'filled').reduce((sum, gap) => sum + gap.count, 0)
  const firstLacking = feed.lacking.size > 0 ? epochMs(Math.min(...feed.lacking)) : null
  return {
    ...feed.instrument,
    ...exchangeStatusOf(feed.listing),
    lastTradeTime: feed.lastTradeTime,
    watermark: feed.watermark,
    wholeTo: firstLacking ?? feed.watermark,
    contiguousToId: feed.contiguousToId,
    idsDoubtedSince: feed.idsDoubtedSince,
    dataAgeMs: ageOf(feed, now),
    gapsOpen: count('open'),
    gapsFilled: count('filled'),
    gapsUnrecoverable: count('unrecoverable'),
    missingTrades: missing,
    revisedCandles: feed.revised.size,
    verifiedTo: feed.verifiedTo,
    differing: feed.differing.size
  }
}

/** `expected` are there before anything was heard of them; `finest` is the interval by which feeds are followed. */
export const createFeeds = (expected: readonly Instrument[], finest: Interval): Feeds => {
  const feeds = new Map(expected.map(instrument => [instrumentKey(instrument), newFeed(instrument)] as const))
  const wanted = new Set(feeds.keys())
  const feedOf = (instrument: Instrument): Feed => {
    const feed = feeds.get(instrumentKey(instrument)) ?? newFeed(instrument)
    feeds.set(instrumentKey(instrument), feed)
    return feed
  }
  const isActive = ([key, { newestData }]: readonly [string, Feed], now: number): boolean =>
    wanted.has(key) || now - (newestData ?? 0) < HEARD_WITHIN_MS
  const known = (now: number): readonly Feed[] =>
    [...feeds].filter(entry => isActive(entry, now)).map(([, feed]) => feed)
  return {
    observeCandle: candle => {
      const feed = feedOf(candle)
      if (candle.interval === finest) followFinest(feed, candle)
      if (candle.interval === '1m' && candle.final && candle.revision > 0 && feed.revised.size < MAX_REVISED)
        feed.revised.add(candle.openTime)
    },
    observeGap: gap => void feedOf(gap).gaps.set(gapKey(gap), gap),
    dropGap: key => void feeds.get(key.slice(0, key.lastIndexOf('#')))?.gaps.delete(key),
    observeListing: listing => {
      feedOf(listing).listing = listing
    },
    observeFacts: facts => {
      feedOf(facts).facts = facts
    },
    observePosition: position => {
      feedOf(position).idsDoubtedSince = position.doubtedSince ?? null
    },
    observeVerification: ({ openTime, result, verifiedTo, ...window }) => {
      const feed = feedOf(window)
      if (result === 'different') feed.differing.add(openTime)
      else feed.differing.delete(openTime)
      if (verifiedTo !== null) feed.verifiedTo = verifiedTo
    },
    begin: verified => {
      for (const { verifiedTo, differing, ...instrument } of verified) {
        const feed = feedOf(instrument)
        feed.verifiedTo = verifiedTo
        for (const openTime of differing) feed.differing.add(openTime)
      }
    },
    instruments: now => known(now).map(({ instrument }) => instrument),
    followed: now =>
      [...feeds]
        .filter(entry => isActive(entry, now) || now - (entry[1].facts?.checkedAt ?? 0) < CHECKED_WITHIN_MS)
        .map(([, { instrument }]) => instrument),
    exchangeStatus: instrument => exchangeStatusOf(feeds.get(instrumentKey(instrument))?.listing ?? null),
    facts: instrument => feeds.get(instrumentKey(instrument))?.facts ?? null,
    dataAgeMs: (instrument, now) => ageOf(feeds.get(instrumentKey(instrument)) ?? { newestData: null }, now),
    status: now => known(now).map(feed => statusOf(feed, now)),
    gaps: () => [...feeds.values()].flatMap(feed => [...feed.gaps.values()]).sort((a, b) => b.detectedAt - a.detectedAt)
  }
}
