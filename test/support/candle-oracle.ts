import { INTERVAL_MS, type Interval } from '../../src/market/interval.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'

/** Candles by brute force: sort, group, add up as fractions of 10^-16. Written without a line of the product's arithmetic. */
export type OracleCandle = {
  readonly openTime: number
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
  readonly quoteVolume: string
  readonly takerBuyVolume: string
  readonly takerBuyQuoteVolume: string
  readonly tradeCount: number
  readonly firstTradeId: string | null
  readonly lastTradeId: string | null
}

const SCALE = 16
const scaled = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(SCALE, '0'))
}
const show = (value: bigint, scale: number): string => {
  const digits = value.toString().padStart(scale + 1, '0')
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return digits.slice(0, digits.length - scale) + (fraction ? `.${fraction}` : '')
}
const total = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n)
const money = (values: readonly bigint[]): string => show(total(values), SCALE)
const product = (trades: readonly Scaled[]): string => show(total(trades.map(t => t.cost * t.size)), 2 * SCALE)

/** A trade, its price and its quantity as fractions. */
type Scaled = Trade & { readonly cost: bigint; readonly size: bigint }

const ofWindow = (openTime: number, trades: readonly Scaled[], previousClose: string): OracleCandle => {
  if (trades.length === 0) {
    const flat = { open: previousClose, high: previousClose, low: previousClose, close: previousClose }
    const none = { volume: '0', quoteVolume: '0', takerBuyVolume: '0', takerBuyQuoteVolume: '0' }
    return { openTime, ...flat, ...none, tradeCount: 0, firstTradeId: null, lastTradeId: null }
  }
  const inTime = [...trades].sort((a, b) => a.time - b.time || Number(a.id) - Number(b.id))
  const byPrice = [...trades].sort((a, b) => (a.cost < b.cost ? -1 : 1))
  const ids = trades.map(t => Number(t.id))
  const buys = trades.filter(t => t.side === 'buy')
  return {
    openTime,
    open: inTime[0]!.price,
    high: byPrice.at(-1)!.price,
    low: byPrice[0]!.price,
    close: inTime.at(-1)!.price,
    volume: money(trades.map(t => t.size)),
    quoteVolume: product(trades),
    takerBuyVolume: money(buys.map(t => t.size)),
    takerBuyQuoteVolume: product(buys),
    tradeCount: trades.length,
    firstTradeId: String(Math.min(...ids)),
    lastTradeId: String(Math.max(...ids))
  }
}

/** Every window from the first trade's to the last one that ends at or before `until`. */
export const oracleCandles = (trades: readonly Trade[], interval: Interval, until: number): readonly OracleCandle[] => {
  const length = INTERVAL_MS[interval]
  const distinct = [...new Map(trades.map(t => [t.id, t])).values()]
  const first = distinct.reduce((least, t) => Math.min(least, t.time), Number.POSITIVE_INFINITY)
  const byWindow = Map.groupBy(
    distinct.map(t => ({ ...t, cost: scaled(t.price), size: scaled(t.quantity) })),
    t => Math.floor(t.time / length)
  )
  const candles: OracleCandle[] = []
  for (let open = first - (first % length); open + length <= until; open += length)
    candles.push(ofWindow(open, byWindow.get(open / length) ?? [], candles.at(-1)?.close ?? ''))
  return candles
}
