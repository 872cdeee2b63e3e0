import { epochOf } from './market/epoch.ts'
import { instrumentKey, isSimulated } from './market/instrument.ts'
import { INTERVALS, type Interval } from './market/interval.ts'
import { pairKey } from './market/pair.ts'
import { ALERT, type Alert, alertKey } from './market/records/alert/alert.ts'
import { ALERT_CLOCK, type AlertClock } from './market/records/alert/alert-clock.ts'
import { ALERT_RETRY, type AlertRetry } from './market/records/alert/alert-retry.ts'
import type { AlertRule } from './market/records/alert/alert-rule.ts'
import type { DeadLetter } from './market/records/dead-letter.ts'
import { CANDLE, type Candle } from './market/records/derived/candle.ts'
import { COMPOSITE, type Composite } from './market/records/derived/composite.ts'
import { INDICATORS, type Indicators } from './market/records/derived/indicators.ts'
import { KPI, type Kpi } from './market/records/derived/kpi.ts'
import { PAIR_LEG, type PairLeg } from './market/records/derived/pair-leg.ts'
import { PAIR_STATS, type PairStats } from './market/records/derived/pair-stats.ts'
import { VERIFICATION, type Verification } from './market/records/derived/verification.ts'
import { BACKFILL_POSITION, type BackfillPosition } from './market/records/feed/backfill-position.ts'
import { BOOK_TOP, type BookTop } from './market/records/feed/book.ts'
import { EXCHANGE_KLINE, type ExchangeKline } from './market/records/feed/exchange-kline.ts'
import { GAP, type Gap } from './market/records/feed/gap.ts'
import { INSTRUMENT_FACTS, type InstrumentFacts } from './market/records/feed/instrument-facts.ts'
import { KLINE_POSITION, type KlinePosition } from './market/records/feed/kline-position.ts'
import { LISTING, type Listing } from './market/records/feed/listing.ts'
import { POSITION, type Position } from './market/records/feed/position.ts'
import { RAW_FRAMES, type RawFrames } from './market/records/feed/raw-frames.ts'
import { TICKER, type Ticker } from './market/records/feed/ticker.ts'
import type { Tick } from './market/records/feed/trade.ts'
import { alertRuleCodec } from './stream/codec/alert/alert-rule-codec.ts'
import { deadLetterCodec } from './stream/codec/dead-letter-codec.ts'
import { recordCodec } from './stream/codec/json-codec.ts'
import { tickCodec } from './stream/codec/tick-codec.ts'
import type { Topic } from './stream/topic.ts'

/** The map: every topic, what its records are, their key and their time. Broker facts are in topics/NAME.json. */

export const rawTicks: Topic<Tick> = {
  name: 'raw_ticks',
  codec: tickCodec,
  key: instrumentKey,
  time: tick => tick.time
}

/** The best levels of each order book, at most one record a second an instrument. */
export const rawBooks: Topic<BookTop> = {
  name: 'raw_books',
  codec: recordCodec(BOOK_TOP),
  key: instrumentKey,
  time: book => book.time
}

/** The exchange's rolling 24 h. */
export const rawTickers: Topic<Ticker> = {
  name: 'raw_tickers',
  codec: recordCodec(TICKER),
  key: instrumentKey,
  time: ticker => ticker.time
}

/** Every message of an exchange's connections, where RAW_FRAMES is on: what `replay --redecode` reads. */
export const rawFrames: Topic<RawFrames> = {
  name: 'raw_frames',
  codec: recordCodec(RAW_FRAMES),
  key: ({ exchange, connection }) => `${exchange}#${connection}`,
  time: frames => frames.receivedAt,
  isLocalTime: () => true
}

export const kpis: Topic<Kpi> = {
  name: 'kpi',
  codec: recordCodec(KPI),
  key: instrumentKey,
  time: kpi => kpi.time
}

/** Technical indicators, one record a candle; of open candles for watching. */
export const indicators: Topic<Indicators> = {
  name: 'indicators',
  codec: recordCodec(INDICATORS),
  key: instrumentKey,
  time: indicators => indicators.openTime
}

/** What the instruments of a pair have to do with each other, per interval and method. */
export const pairs: Topic<PairStats> = {
  name: 'pairs',
  codec: recordCodec(PAIR_STATS),
  key: pairKey,
  time: stats => stats.openTime
}

/** Closes on their way to where both legs of a pair meet: one key a pair and interval. */
export const pairLegs: Topic<PairLeg> = {
  name: 'pair-legs_state',
  codec: recordCodec(PAIR_LEG),
  key: leg => `${pairKey(leg)}#${leg.interval}`,
  time: leg => leg.openTime
}

/** A symbol's market, whichever venue trades it; those that are made up here are apart. */
export const compositeKey = ({ symbol, simulated }: Pick<Composite, 'symbol' | 'simulated'>): string =>
  simulated ? `${symbol}#sim` : symbol

/** What the venues of a symbol say together, window by window; of one window the newest record counts. */
export const composites: Topic<Composite> = {
  name: 'composite',
  codec: recordCodec(COMPOSITE),
  key: compositeKey,
  time: composite => composite.openTime
}

/** Final 1m candles on their way to where those of all venues of a symbol meet. */
export const compositeLegs: Topic<Candle> = {
  name: 'composite-legs_state',
  codec: recordCodec(CANDLE),
  key: ({ exchange, symbol }) => compositeKey({ symbol, simulated: isSimulated(exchange) }),
  time: candle => candle.openTime
}

const candleTopic = (interval: Interval): Topic<Candle> => ({
  name: `ohlcv_${interval}`,
  codec: recordCodec(CANDLE),
  key: instrumentKey,
  time: candle => candle.openTime
})

export const candles = Object.fromEntries(INTERVALS.map(interval => [interval, candleTopic(interval)])) as Readonly<
  Record<Interval, Topic<Candle>>
>

/** The exchange's own 1m candles: the newest ones when an instrument starts cold, and each as it closes. */
export const exchangeKlines: Topic<ExchangeKline> = {
  name: 'exchange_klines',
  codec: recordCodec(EXCHANGE_KLINE),
  key: instrumentKey,
  time: kline => kline.openTime
}

/** Whether our 1m candles are the exchange's, window by window; of one window the newest record counts. */
export const verifications: Topic<Verification> = {
  name: 'verifications',
  codec: recordCodec(VERIFICATION),
  key: instrumentKey,
  time: verification => verification.openTime
}

export const gaps: Topic<Gap> = {
  name: 'gaps',
  codec: recordCodec(GAP),
  key: gap => `${instrumentKey(gap)}#${epochOf(gap) === 0 ? '' : `${gap.epoch}/`}${gap.fromId}`,
  time: gap => gap.closedAt ?? gap.detectedAt,
  isLocalTime: () => true
}

/** What the exchange's own list says of each instrument: asked at ingest's start and once an hour, whether it has changed or not. */
export const listings: Topic<Listing> = {
  name: 'listings',
  codec: recordCodec(LISTING),
  key: instrumentKey,
  time: listing => listing.checkedAt,
  isLocalTime: () => true
}

/** What the exchange's own list tells of each instrument: published with its state. */
export const instruments: Topic<InstrumentFacts> = {
  name: 'instruments',
  codec: recordCodec(INSTRUMENT_FACTS),
  key: instrumentKey,
  time: facts => facts.checkedAt,
  isLocalTime: () => true
}

/** Alerts raised and resolved, by instrument or pair. */
export const alerts: Topic<Alert> = {
  name: 'alerts',
  codec: recordCodec(ALERT),
  key: alertKey,
  time: alert => alert.time,
  isLocalTime: ({ kind }) => kind === 'stale' || kind === 'gap'
}

/** The rules, by name; a tombstone takes one away. They say nothing of time: that of the record counts. */
export const alertRules: Pick<Topic<AlertRule>, 'name' | 'codec' | 'key'> = {
  name: 'alert_rules',
  codec: alertRuleCodec,
  key: rule => rule.name
}

/** The same rules in every partition. */
export const alertSpread = 'alert-spread_state'

/** What time it is, in every partition, also when nothing else comes. */
export const alertClock: Topic<AlertClock> = {
  name: 'alert-clock_state',
  codec: recordCodec(ALERT_CLOCK),
  key: () => 'clock',
  time: clock => clock.time,
  isLocalTime: () => true
}

/** Alerts that their receiver has not taken yet. Their time is that of their next try. */
export const alertRetries: Topic<AlertRetry> = {
  name: 'alert-retries_state',
  codec: recordCodec(ALERT_RETRY),
  key: ({ alert }) => alertKey(alert),
  time: retry => retry.notBefore,
  isLocalTime: () => true
}

export const deadLetters: Topic<DeadLetter> = {
  name: 'dead_letters',
  codec: deadLetterCodec,
  key: letter =>
    'topic' in letter.origin
      ? `${letter.origin.topic}/${letter.origin.partition}`
      : `${letter.origin.exchange}:${letter.origin.stream}`,
  time: letter => letter.receivedAt,
  isLocalTime: () => true
}

/** How far ingest has brought each feed; read when it starts again. */
export const ingestState: Topic<Position> = {
  name: 'ingest_state',
  codec: recordCodec(POSITION),
  key: instrumentKey,
  time: position => position.time
}

/** How far ingest has brought the exchange's own candles. */
export const ingestKlinesState: Topic<KlinePosition> = {
  name: 'ingest-klines_state',
  codec: recordCodec(KLINE_POSITION),
  key: instrumentKey,
  time: position => position.openTime
}

/** How far each backfill has come, by instrument and range; read when it is started again. */
export const backfillState: Topic<BackfillPosition> = {
  name: 'backfill_state',
  codec: recordCodec(BACKFILL_POSITION),
  key: position => `${instrumentKey(position)}#${position.from}..${position.to}`,
  time: position => position.from
}

/** State of a topology: its parts and positions, partitioned like its input. */
export const stateTopic = (topology: string): string => `${topology}_state`
