import type { FeedStatus } from '../../market/records/derived/feed-status.ts'
import { every, monotonic, oncePerFrame } from '../browser/browser-clock.ts'
import { getJson, isTokenWanted } from './api.ts'
import { gateway } from './gateway.ts'
import { learnServerTime } from './server-time.ts'
import { createStore } from './store.ts'

/** An instrument that the gateway serves. */
export type ListedInstrument = {
  readonly key: string
  readonly exchange: string
  readonly symbol: string
  readonly intervals: readonly string[]
  readonly simulated: boolean
}

/** How far a consumer group is behind on one partition. */
export type Lag = { readonly group: string; readonly topic: string; readonly partition: number; readonly lag: number }

/** What the gateway knows of itself and of every feed. */
export type Status = {
  readonly now: number
  readonly state: 'live' | 'warming' | 'stalled'
  readonly ageMs: number | null
  readonly simulated: boolean
  readonly symbols: readonly FeedStatus[]
  readonly lag: readonly Lag[]
}

/** The newest status and when it came, by the clock that never jumps; null before the first. */
export const status = createStore<(Status & { readonly receivedAt: number }) | null>(null)

/** null until the gateway has said which instruments there are. */
export const instruments = createStore<readonly ListedInstrument[] | null>(null)

const RETRY_MS = 3_000

type Listing = { readonly instruments: readonly Omit<ListedInstrument, 'key'>[] }

const askInstruments = async (): Promise<void> => {
  const listing = await getJson<Listing>('/api/v1/instruments').catch(() => null)
  if (listing) instruments.set(listing.instruments.map(one => ({ ...one, key: `${one.exchange}:${one.symbol}` })))
}

const accept = (next: Status): void => {
  learnServerTime(next.now)
  status.set({ ...next, receivedAt: monotonic() })
}

/** Keeps both stores up to date for as long as the page is open. */
export const watchStatus = (): void => {
  let newest: Status | undefined
  const draw = oncePerFrame(() => newest && accept(newest))
  gateway.subscribe<Status>({ channel: 'status' }, data => {
    newest = data.at(-1) ?? newest
    draw()
  })
  gateway.state.watch(() => {
    if (gateway.state.get() === 'live') void askInstruments()
  })
  isTokenWanted.watch(() => {
    if (!isTokenWanted.get()) void askInstruments()
  })
  every(RETRY_MS, () => {
    if (instruments.get() === null && !isTokenWanted.get()) void askInstruments()
  })
  void askInstruments()
}

/** What is known of the feed of an instrument in a status. */
export const feedIn = (newest: Status | null, key: string): FeedStatus | undefined =>
  newest?.symbols.find(({ exchange, symbol }) => `${exchange}:${symbol}` === key)

/** How old the newest data of an instrument is now; null when nothing was heard of it. */
export const dataAge = (key: string): number | null => {
  const newest = status.get()
  const found = feedIn(newest, key)
  return found && newest && found.dataAgeMs !== null ? found.dataAgeMs + monotonic() - newest.receivedAt : null
}
