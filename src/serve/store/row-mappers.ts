import { snakeCase } from '../../market/column-name.ts'
import { inEpoch } from '../../market/epoch.ts'
import { TickstreamError } from '../../market/error.ts'
import { INTERVALS } from '../../market/interval.ts'
import { ALERT_KINDS, ALERT_PRIORITIES, ALERT_STATES, type Alert } from '../../market/records/alert/alert.ts'
import { CANDLE_STATUSES, type Candle } from '../../market/records/derived/candle.ts'
import { INDICATOR_FIGURES, type Indicators } from '../../market/records/derived/indicators.ts'
import { KPI_FIGURES, type Kpi } from '../../market/records/derived/kpi.ts'
import { PAIR_FIGURES, PAIR_METHODS, type PairStats } from '../../market/records/derived/pair-stats.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'

/** One row as the client reads it, in the order of the columns: `numeric` and `bigint` as text, `double precision` as number. */
export type Row = readonly unknown[]

/** A time as epoch milliseconds. */
export const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint`

/** A table as it is read: its columns, its time, and what a row means. */
export type Read<T> = {
  readonly table: string
  readonly columns: readonly string[]
  readonly time: string
  readonly toValue: (row: Row) => T
}

const wordOf = <T extends string>(words: readonly T[], value: unknown): T => {
  const word = words.find(one => one === value)
  if (word !== undefined) return word
  throw new TickstreamError('TS-DATA', `${String(value)} in the database is not one of ${words.join(', ')}`)
}
const timeOf = (value: unknown): EpochMs => epochMs(Number(value))
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value))
export const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value))

const figuresOf = <Name extends string>(names: readonly Name[], row: Row, first: number) =>
  Object.fromEntries(names.map((name, n) => [name, numberOrNull(row[first + n])])) as Record<Name, number | null>

export const CANDLES: Read<Candle> = {
  table: 'candles',
  time: 'open_time',
  columns: [
    'exchange',
    'symbol',
    'interval',
    ms('open_time'),
    ms('close_time'),
    ...['open', 'high', 'low', 'close', 'volume', 'quote_volume', 'trade_count', 'taker_buy_volume'],
    ...['taker_buy_quote_volume', 'first_trade_id', 'last_trade_id', 'revision', 'final', 'status', 'missing'],
    'epoch'
  ],
  toValue: row => ({
    exchange: String(row[0]),
    symbol: String(row[1]),
    interval: wordOf(INTERVALS, row[2]),
    openTime: timeOf(row[3]),
    closeTime: timeOf(row[4]),
    open: String(row[5]),
    high: String(row[6]),
    low: String(row[7]),
    close: String(row[8]),
    volume: String(row[9]),
    quoteVolume: String(row[10]),
    tradeCount: Number(row[11]),
    takerBuyVolume: String(row[12]),
    takerBuyQuoteVolume: String(row[13]),
    firstTradeId: textOrNull(row[14]),
    lastTradeId: textOrNull(row[15]),
    revision: Number(row[16]),
    final: row[17] === true,
    status: wordOf(CANDLE_STATUSES, row[18]),
    ...(row[19] === null ? {} : { missing: Number(row[19]) }),
    ...inEpoch(Number(row[20]))
  })
}

export const INDICATORS: Read<Indicators> = {
  table: 'indicators',
  time: 'open_time',
  columns: [
    'exchange',
    'symbol',
    'interval',
    ms('open_time'),
    'final',
    'revision',
    ...INDICATOR_FIGURES.map(snakeCase)
  ],
  toValue: row => ({
    exchange: String(row[0]),
    symbol: String(row[1]),
    interval: wordOf(INTERVALS, row[2]),
    openTime: timeOf(row[3]),
    final: row[4] === true,
    revision: Number(row[5]),
    ...figuresOf(INDICATOR_FIGURES, row, 6)
  })
}

export const PAIRS: Read<PairStats> = {
  table: 'pair_stats',
  time: 'open_time',
  columns: [
    'a',
    'b',
    'interval',
    ms('open_time'),
    '"window"',
    'method',
    'cointegrated',
    ...PAIR_FIGURES.map(snakeCase)
  ],
  toValue: row => ({
    a: String(row[0]),
    b: String(row[1]),
    interval: wordOf(INTERVALS, row[2]),
    openTime: timeOf(row[3]),
    window: Number(row[4]),
    method: wordOf(PAIR_METHODS, row[5]),
    ...figuresOf(PAIR_FIGURES, row, 7),
    cointegrated: row[6] === null ? null : row[6] === true
  })
}

export const KPIS: Read<Kpi> = {
  table: 'kpis',
  time: 'time',
  columns: ['exchange', 'symbol', ms('time'), ...KPI_FIGURES.map(snakeCase)],
  toValue: row => ({
    exchange: String(row[0]),
    symbol: String(row[1]),
    time: timeOf(row[2]),
    ...figuresOf(KPI_FIGURES, row, 3)
  })
}

export const ALERTS: Read<Alert> = {
  table: 'alerts',
  time: 'time',
  columns: [
    'id',
    'rule',
    'kind',
    'priority',
    'instrument',
    'pair',
    ms('time'),
    'value',
    'threshold',
    'state',
    'message'
  ],
  toValue: row => ({
    id: String(row[0]),
    rule: String(row[1]),
    kind: wordOf(ALERT_KINDS, row[2]),
    priority: wordOf(ALERT_PRIORITIES, row[3]),
    ...(row[5] === null ? { instrument: String(row[4]) } : { pair: String(row[5]) }),
    time: timeOf(row[6]),
    value: numberOrNull(row[7]),
    threshold: Number(row[8]),
    state: wordOf(ALERT_STATES, row[9]),
    message: String(row[10])
  })
}

export const GAPS: Read<Gap> = {
  table: 'gaps',
  time: 'detected_at',
  columns: [
    ...['exchange', 'symbol', 'from_id', 'to_id', 'count', ms('detected_at'), 'status', 'cause', ms('closed_at')],
    ...['reason', 'http_status', 'epoch']
  ],
  toValue: row => ({
    exchange: String(row[0]),
    symbol: String(row[1]),
    fromId: String(row[2]),
    toId: String(row[3]),
    count: Number(row[4]),
    detectedAt: timeOf(row[5]),
    status: String(row[6]) as Gap['status'],
    cause: String(row[7]) as Gap['cause'],
    closedAt: row[8] === null ? null : timeOf(row[8]),
    ...(row[9] === null ? {} : { reason: String(row[9]) as NonNullable<Gap['reason']> }),
    ...(row[10] === null ? {} : { httpStatus: Number(row[10]) }),
    ...inEpoch(Number(row[11]))
  })
}
