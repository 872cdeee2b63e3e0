import { createLedger, type IdLedger, type IdRange } from '../../market/id-ledger.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { Position } from '../../market/records/feed/position.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import type { History } from '../history/history.ts'
import { createLandmarks, type Landmarks } from '../history/landmarks.ts'
import type { ExchangeTime } from '../transport/exchange-time.ts'
import type { Output } from '../transport/output.ts'
import type { ConcurrentStarts } from './concurrent-starts.ts'

/** A gap as `gaps` names it: the range as it was when it was opened. */
export type OpenGap = IdRange & {
  readonly cause: Gap['cause']
  readonly detectedAt: EpochMs
  readonly epoch: number
  /** Its trades were printed by then; 0 where no newer one is known. */
  readonly until: number
  /** True once the broker has the record that says `open`. */
  acked: boolean
}

/**
 * `cold`: no trade was ever published; the first live ones are buffered until history has given what came before.
 * `catchingUp`: after a restart; live trades are buffered until history has led up to them.
 * `live`: trades are published as they come.
 */
type Mode = 'cold' | 'catchingUp' | 'live'

/** A trade that stands in `raw_ticks`, and the place in the ids of an epoch behind which it is looked for. */
export type PublishedTrade = { readonly id: number; readonly time: number }
type PublishedAt = PublishedTrade & { readonly epoch: number }

/** Reads the trades of an instrument that anybody has published behind a place. */
export type ReadPublished = (instrument: Instrument, behind: PublishedAt) => Promise<readonly PublishedTrade[]>

/** What a feed works with. */
export type FeedDeps = {
  readonly output: Output
  readonly readPublished: ReadPublished
  readonly history: History
  readonly beginnings: ConcurrentStarts
  readonly exchangeTime: ExchangeTime
  /** How long history may refuse, or not answer, before a gap is given up. */
  readonly gapGiveUpMs: number
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
  readonly random: () => number
  readonly signal: AbortSignal
}

/** What a connection does with the trades of one instrument. */
export type TradeFeed = {
  readonly instrument: Instrument
  /** Takes a trade of the stream. `deadLetter` makes one of its message, where it turns out to be none of the exchange's; `why` says so. */
  readonly accept: (trade: Trade, deadLetter: (why?: string) => void) => void
  /** The exchange says that all ids up to this one exist. */
  readonly acceptNewest: (id: string) => void
  /** The stream flows again: something may have been missed meanwhile. */
  readonly connect: () => void
  readonly disconnect: () => void
  /** A trade of the stream was lost on its way: of that id, where its message said so itself. */
  readonly doubt: (tradeId: string | null) => void
  /** Asks history about a stream that has been silent for long, and fills what it has left out; true where there was something. */
  readonly settleSilence: () => Promise<boolean>
  /** Says how far the feed has come. `time`: the exchange's up to which the connection is proven alive, less the grace. */
  readonly emitHeartbeat: (time: EpochMs) => Promise<void>
}

/** Why trades are lost that history may well have. */
export type Why = Pick<Gap, 'reason' | 'httpStatus'>

/** Since when history gives a feed nothing, by the monotonic clock, and what it did last. */
type Failing = { readonly sinceMs: number; readonly why: Why }

/** Everything known about the trades of one instrument. Changed in place by the functions of this room. */
export type Feed = FeedDeps & {
  readonly instrument: Instrument
  /** How often the exchange has begun its ids anew. */
  epoch: number
  readonly ledger: IdLedger
  /** The newest trade that stands in `raw_ticks`: no trade of a lower id was printed later. */
  newest: FeedProgress
  /** The newest of the trades that are buffered, as far as every id fitted; `NOWHERE` while none is. */
  newestBuffered: FeedProgress
  /** Live trades whose ids do not fit the others; nothing is published or asserted until history has settled why. */
  readonly strange: StrangeTrade[]
  /** Since when; null: every id fits. */
  doubtedSince: EpochMs | null
  /** Where the next run goes on, as `ingest_state` has it; null before the first trade. */
  saved: Pick<Position, 'lastId' | 'time'> | null
  /** To be called where history shows an id that does not fit. */
  suspect: () => void
  readonly openGaps: Set<OpenGap>
  readonly landmarks: Landmarks
  /** The newest ids that were given up, and why where history was not seen to lack them. */
  abandoned: readonly (IdRange & Why)[]
  /** null while history answers. */
  failing: Failing | null
  /** Resolves when nobody asks history for a gap of this feed. */
  asking: Promise<void>
  /** First ids of the gaps that this run has opened on its way to the live stream. */
  readonly opened: Set<number>
  /** What records of this run have closed last, in `gaps`: the first id, and the last one that such a record reaches. */
  readonly closed: Map<number, number>
  /** Live trades buffered while the feed is not live, by id. */
  readonly buffered: Map<number, Trade>
  mode: Mode
  /** Why the next jump of ids would happen. */
  cause: Gap['cause']
  /** Raised whenever the connection is opened or lost. */
  connection: number
  connected: boolean
  /** Monotonic time at which the connection was opened, or a frame was lost. */
  unsureAtMs: number
  /** Whether the ids are known to be whole, gaps apart, since the connection was opened. */
  proven: boolean
  /** Resolves with the first live trade. */
  readonly firstLive: PromiseWithResolvers<void>
  /** Event time of the newest trade; 0 before the first. */
  newestTime: number
  /** Time of the last heartbeat, which never goes back. */
  heartbeatTime: number
  /** The newest id that is known without its trade, and the monotonic time at which it became known; null before the first. */
  untimed: { readonly id: number; readonly atMs: number } | null
  /** True while a heartbeat is on its way to the broker. */
  beating: boolean
  /** Trades that the broker has refused for good, and that are not named in `gaps` yet. */
  readonly refused: Set<number>
  /** How many trades of named gaps the broker has refused for good, so far. */
  retracted: number
  /** Resolves when the broker has every trade that was sent, and all that was given up. */
  sent: Promise<void>
}

/** A trade that a chain of ids has come to: its id, and the latest time of it and of all before it. */
export type FeedProgress = { readonly id: number; readonly time: number }

export const NOWHERE: FeedProgress = { id: -1, time: 0 }

/** A trade of another chain of ids, or a frame that is wrong, which then goes to dead letters. */
export type StrangeTrade = { readonly trade: Trade; readonly deadLetter: () => void }

/** A feed that starts after `lastId`, or cold when there is none. */
export const createFeed = (instrument: Instrument, lastId: number | null, deps: FeedDeps): Feed => ({
  ...deps,
  instrument,
  epoch: 0,
  ledger: createLedger(lastId),
  newest: { ...NOWHERE, id: lastId ?? NOWHERE.id },
  newestBuffered: NOWHERE,
  strange: [],
  doubtedSince: null,
  saved: null,
  suspect: () => undefined,
  openGaps: new Set(),
  landmarks: createLandmarks(),
  abandoned: [],
  failing: null,
  asking: Promise.resolve(),
  opened: new Set(),
  closed: new Map(),
  buffered: new Map(),
  mode: lastId === null ? 'cold' : 'catchingUp',
  cause: lastId === null ? 'skipped' : 'restart',
  connection: 0,
  connected: false,
  unsureAtMs: 0,
  proven: false,
  firstLive: Promise.withResolvers(),
  newestTime: 0,
  heartbeatTime: 0,
  untimed: null,
  beating: false,
  refused: new Set(),
  retracted: 0,
  sent: Promise.resolve()
})
