import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** One registry a process; the names are those of the contract. */
export const registry = new Registry()

const registers = [registry]

const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
  new Counter<Label>({ name, help, labelNames, registers })

export const metrics = {
  consumerLag: new Gauge({
    name: 'kafka_consumergroup_lag',
    help: 'Records between the position of a group and the end.',
    labelNames: ['consumergroup', 'topic', 'partition'],
    registers
  }),
  trades: counter('tickstream_trades_total', 'Trades published.', ['exchange', 'symbol', 'via']),
  duplicates: counter('tickstream_duplicates_total', 'Trades seen again and counted once.', []),
  gaps: counter('tickstream_gaps_total', 'Gaps by what became of them.', ['status']),
  missingTrades: new Gauge({
    name: 'tickstream_missing_trades',
    help: 'Trades missing in open gaps now.',
    labelNames: ['exchange', 'symbol'],
    registers
  }),
  deadLetters: counter('tickstream_dead_letters_total', 'What could not be read or stored.', ['stage', 'reason']),
  rowsPast: counter(
    'tickstream_rows_past_retention_total',
    'Rows that came later than RETENTION_… keeps them, and were not stored.',
    ['table', 'kept']
  ),
  recordsLost: counter('tickstream_records_lost_total', 'Records deleted by retention before they were read.', [
    'stage',
    'topic'
  ]),
  positionsRefused: counter(
    'tickstream_positions_refused_total',
    'Partitions that stopped, for their positions are those of another log.',
    ['stage', 'topic', 'reason']
  ),
  lastCommit: new Gauge({
    name: 'tickstream_last_commit_timestamp_seconds',
    help: "Epoch time of the last commit that succeeded, by this machine's clock.",
    labelNames: ['stage', 'partition'],
    registers
  }),
  commitFailures: counter('tickstream_commit_failures_total', 'Commits that failed, by why.', ['stage', 'reason']),
  lateTrades: counter('tickstream_late_trades_total', 'Trades behind the revision horizon.', []),
  candles: counter('tickstream_candles_total', 'Candles published.', ['interval', 'final']),
  kpis: counter('tickstream_kpis_total', 'KPIs published.', ['exchange', 'symbol']),
  pairs: counter('tickstream_pairs_total', 'Statistics of pairs published.', ['interval', 'method']),
  composites: counter('tickstream_composites_total', 'Windows across venues published.', ['type', 'status']),
  indicators: counter('tickstream_indicators_total', 'Indicators of candles published.', ['interval', 'final']),
  verifiedWindows: counter('tickstream_verified_windows_total', "1m candles held against the exchange's own.", [
    'exchange',
    'symbol',
    'result'
  ]),
  verifiedTo: new Gauge({
    name: 'tickstream_verified_to_seconds',
    help: "Epoch time up to which every 1m candle that could be compared is the exchange's own.",
    labelNames: ['exchange', 'symbol'],
    registers
  }),
  alerts: counter('tickstream_alerts_total', 'Alerts raised and resolved.', ['kind', 'state']),
  alertDeliveries: counter('tickstream_alert_deliveries_total', 'Alerts by what became of sending them.', ['outcome']),
  eventLag: new Histogram({
    name: 'tickstream_event_lag_seconds',
    help: 'Wall clock less event time.',
    labelNames: ['stage'],
    buckets: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300],
    registers
  }),
  wsConnected: new Gauge({
    name: 'tickstream_ws_connected',
    help: 'Open exchange connections.',
    labelNames: ['exchange'],
    registers
  }),
  silentStreams: counter(
    'tickstream_silent_streams_total',
    'Streams that were subscribed and brought nothing though trades were printed.',
    ['exchange']
  ),
  wsReconnects: counter('tickstream_ws_reconnects_total', 'Exchange connections opened again.', []),
  bookResyncs: counter('tickstream_book_resyncs_total', 'Order books found void and built anew.', ['exchange']),
  booksStale: new Gauge({
    name: 'tickstream_books_stale',
    help: 'Order books that are not whole now.',
    labelNames: ['exchange'],
    registers
  }),
  sinkRows: counter('tickstream_sink_rows_total', 'Rows or points written.', ['sink']),
  sinkBatchSeconds: new Histogram({
    name: 'tickstream_sink_batch_seconds',
    help: 'Time of one batch.',
    labelNames: ['sink'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
    registers
  })
}
