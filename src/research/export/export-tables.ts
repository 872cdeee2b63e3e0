/** What can be exported, and where it stands. */
export type ExportTable = {
  /** As it is named on the command line. */
  readonly name: string
  readonly table: string
  /** What `--symbol` names a row by. */
  readonly subject: 'instrument' | 'pair' | 'either'
  /** The column that `--from` and `--to` are about. */
  readonly time: string
  readonly hasInterval: boolean
  /** Its natural key, where an index has that order. */
  readonly order: string
}

/** In the order of the help. */
export const exportTables: readonly ExportTable[] = [
  {
    name: 'candles',
    table: 'candles',
    subject: 'instrument',
    time: 'open_time',
    hasInterval: true,
    order: 'exchange, symbol, interval, open_time'
  },
  {
    name: 'kpis',
    table: 'kpis',
    subject: 'instrument',
    time: 'time',
    hasInterval: false,
    order: 'exchange, symbol, time'
  },
  {
    name: 'indicators',
    table: 'indicators',
    subject: 'instrument',
    time: 'open_time',
    hasInterval: true,
    order: 'exchange, symbol, interval, open_time'
  },
  {
    name: 'pairs',
    table: 'pair_stats',
    subject: 'pair',
    time: 'open_time',
    hasInterval: true,
    order: 'a, b, interval, open_time, "window", method'
  },
  { name: 'alerts', table: 'alerts', subject: 'either', time: 'time', hasInterval: false, order: 'time, id, state' },
  {
    name: 'gaps',
    table: 'gaps',
    subject: 'instrument',
    time: 'detected_at',
    hasInterval: false,
    order: 'exchange, symbol, detected_at, from_id'
  }
]
