/** Where the figures of a candle stand in a row. `clock`: the time of day, beside `time`, where it has a column of its own. */
export type Places = {
  readonly time: number
  readonly clock: number | null
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number | null
  readonly quoteVolume: number | null
  readonly final: number | null
  readonly series: readonly number[]
}

/** An order of columns that no header names. `whole`: a column of whole numbers, which tells two orders of one width apart. */
type Order = {
  readonly said: string
  readonly columns: string
  readonly whole?: number
}

/**
 * t time, k time of day, o open, h high, l low, c close, v volume, q quote volume, f final, - nothing that is needed.
 * Of one width the first that fits the first rows: highs and lows enclose the others.
 */
const ORDERS: readonly Order[] = [
  { said: "Binance's order", columns: 'tohlcv-q----' },
  { said: "Binance's order", columns: 'tohlcv-q---' },
  { said: "OKX's order", columns: 'tohlcv-qf' },
  { said: "Kraken's order", columns: 'tohlc-v-', whole: 7 },
  { said: "MEXC's order", columns: 'tohlcv-q' },
  { said: "MetaTrader's order", columns: 'tkohlcv' },
  { said: "Kraken's order", columns: 'tohlcv-', whole: 6 },
  { said: "Bybit's order", columns: 'tohlcvq' },
  { said: "ccxt's order", columns: 'tohlcv' },
  { said: "Bitfinex's order", columns: 'tochlv' },
  { said: "Coinbase's order", columns: 'tlhocv' },
  { said: "Gate.io's order", columns: 'tvchlo' },
  { said: 'the order time, open, high, low, close', columns: 'tohlc' }
]

const placeOf = (columns: string, letter: string): number | null => {
  const at = columns.indexOf(letter)
  return at < 0 ? null : at
}

const placesOf = ({ columns }: Order): Places => ({
  time: columns.indexOf('t'),
  clock: placeOf(columns, 'k'),
  open: columns.indexOf('o'),
  high: columns.indexOf('h'),
  low: columns.indexOf('l'),
  close: columns.indexOf('c'),
  volume: placeOf(columns, 'v'),
  quoteVolume: placeOf(columns, 'q'),
  final: placeOf(columns, 'f'),
  series: []
})

const isCandle = ({ open, high, low, close }: Places, cells: readonly string[]): boolean => {
  const [o, h, l, c] = [open, high, low, close].map(at => Number(cells[at]))
  return l! > 0 && Math.max(o!, c!) <= h! && Math.min(o!, c!) >= l!
}

const CLOCK = /^\d\d:?\d\d(?::?\d\d)?$/

const fits = (order: Order, rows: readonly (readonly string[])[]): boolean => {
  const places = placesOf(order)
  if (rows[0]?.length !== order.columns.length) return false
  if (places.clock !== null && !rows.every(cells => CLOCK.test(cells[places.clock!] ?? ''))) return false
  if (order.whole !== undefined && !rows.every(cells => /^\d+$/.test(cells[order.whole!] ?? ''))) return false
  return rows.every(cells => isCandle(places, cells))
}

/** The columns of a table without names, by the figures of its first rows; null where no known order fits. */
export const unnamedColumns = (
  rows: readonly (readonly string[])[]
): { readonly places: Places; readonly said: string } | null => {
  const order = ORDERS.find(one => fits(one, rows))
  return order ? { places: placesOf(order), said: order.said } : null
}
