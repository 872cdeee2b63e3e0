import type { Instrument } from '../../market/instrument.ts'
import type { Interval } from '../../market/interval.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { Indicators } from '../../market/records/derived/indicators.ts'
import { every, oncePerFrame } from '../browser/browser-clock.ts'
import { getJson } from '../connect/api.ts'
import { gateway } from '../connect/gateway.ts'
import { whenLive } from '../connect/trust.ts'
import { isNewer, mergeByTime } from '../view/lists/time-list.ts'

/** Which candles. */
export type CandlesOf = Instrument & { readonly interval: Interval }

/** What is there of one instrument and interval. */
export type Loaded = {
  readonly candles: readonly Candle[]
  readonly indicators: readonly Indicators[]
  /** Nothing older was stored a moment ago. */
  readonly isAtBeginning: boolean
  /** The first answer is there, however empty. */
  readonly isLoaded: boolean
}

export const NOTHING: Loaded = { candles: [], indicators: [], isAtBeginning: false, isLoaded: false }

export type CandleFeed = { readonly loadOlder: (count?: number) => void; readonly stop: () => void }

type Feed = {
  readonly series: CandlesOf
  loaded: Loaded
  isAsking: boolean
  isStopped: boolean
  /** How often in a row nothing older was there. */
  vain: number
  readonly draw: () => void
}

const PAGE = 500
const LARGEST_PAGE = 5_000
const MAX_CANDLES = 20_000
const THIN = 100
const RETRY_MS = 3_000
/** So often what comes before the oldest candle is asked for again by itself. */
const MAX_VAIN = 20

const accept = (feed: Feed, candles: readonly Candle[], indicators: readonly Indicators[]): void => {
  if (feed.isStopped) return
  feed.loaded = {
    ...feed.loaded,
    candles: mergeByTime(feed.loaded.candles, candles, isNewer),
    indicators: mergeByTime(feed.loaded.indicators, indicators, isNewer)
  }
  feed.draw()
}

const askPage = async (feed: Feed, to: number | undefined, limit: number): Promise<readonly Candle[]> => {
  const query = { ...feed.series, to, limit }
  const [{ candles }, { indicators }] = await Promise.all([
    getJson<{ candles: readonly Candle[] }>('/api/v1/candles', query),
    getJson<{ indicators: readonly Indicators[] }>('/api/v1/indicators', query).catch(() => ({ indicators: [] }))
  ])
  accept(feed, candles, indicators)
  return candles
}

const loadOlder = async (feed: Feed, count: number): Promise<void> => {
  const { candles, isAtBeginning } = feed.loaded
  const first = candles[0]
  if (!first || isAtBeginning || feed.isAsking || candles.length > MAX_CANDLES) return
  feed.isAsking = true
  const limit = Math.min(LARGEST_PAGE, Math.max(PAGE, Math.ceil(count)))
  const older = await askPage(feed, first.openTime, limit).catch(() => null)
  feed.isAsking = false
  if (older) feed.vain = older.length === 0 ? feed.vain + 1 : 0
  if (older?.length === 0) feed.loaded = { ...feed.loaded, isAtBeginning: true }
  feed.draw()
}

const loadNewest = async (feed: Feed): Promise<void> => {
  await askPage(feed, undefined, PAGE).catch(() => undefined)
  if (feed.isStopped) return
  feed.loaded = { ...feed.loaded, isLoaded: true }
  feed.draw()
}

/** A cold start brings the exchange's history by and by: it is asked for until there is something to see, and so is what comes before. */
const expectHistory = (feed: Feed): (() => void) =>
  every(RETRY_MS, () => {
    const { isLoaded, isAtBeginning, candles } = feed.loaded
    if (isLoaded && candles.length < THIN) void loadNewest(feed)
    if (!isAtBeginning) return
    feed.loaded = { ...feed.loaded, isAtBeginning: false }
    if (feed.vain < MAX_VAIN) void loadOlder(feed, PAGE)
  })

/** Loads the newest candles, follows them live, and after a loss of the connection fills in what was missed. */
export const startCandleFeed = (series: CandlesOf, onChange: (loaded: Loaded) => void): CandleFeed => {
  const draw = oncePerFrame(() => !feed.isStopped && onChange(feed.loaded))
  const feed: Feed = { series, loaded: NOTHING, isAsking: false, isStopped: false, vain: 0, draw }
  let connections = 0
  const stops = [
    gateway.subscribe<Candle>({ channel: 'candles', ...series }, (data, isSnapshot) => {
      accept(feed, data, [])
      if (isSnapshot && ++connections > 1) void loadNewest(feed)
    }),
    gateway.subscribe<Indicators>({ channel: 'indicators', ...series }, data => accept(feed, [], data)),
    expectHistory(feed),
    whenLive(() => void loadNewest(feed))
  ]
  void loadNewest(feed)
  return {
    loadOlder: (count = PAGE) => void loadOlder(feed, count),
    stop: () => {
      feed.isStopped = true
      for (const stop of stops) stop()
    }
  }
}
