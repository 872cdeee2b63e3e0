import { INTERVAL_MS, type Interval } from '../src/market/interval.ts'
import type { Candle } from '../src/market/records/derived/candle.ts'
import { isTrade } from '../src/market/records/feed/trade.ts'
import { type MarketPlan, seededTicks } from './seeded-trades.ts'

/** Prices here have at most 2 decimals, sizes 5: plain integers hold them all. */
type Sum = {
  open: string
  high: number
  low: number
  close: string
  size: bigint
  quote: bigint
  count: number
  firstId: string
  lastId: string
}

const toInteger = (text: string, decimals: number): number => Math.round(Number(text) * 10 ** decimals)

const toText = (value: bigint, decimals: number): string => {
  const digits = value.toString().padStart(decimals + 1, '0')
  const fraction = digits.slice(-decimals).replace(/0+$/, '')
  return digits.slice(0, -decimals) + (fraction ? `.${fraction}` : '')
}

const expected = (plan: MarketPlan, interval: Interval): Map<string, Sum> => {
  const sums = new Map<string, Sum>()
  const length = INTERVAL_MS[interval]
  for (const tick of seededTicks(plan)) {
    if (!isTrade(tick)) continue
    const key = `${tick.symbol} ${tick.time - (tick.time % length)}`
    const [price, size] = [toInteger(tick.price, 2), toInteger(tick.quantity, 5)]
    const sum = sums.get(key) ?? {
      open: tick.price,
      high: price,
      low: price,
      close: '',
      size: 0n,
      quote: 0n,
      count: 0,
      firstId: tick.id,
      lastId: ''
    }
    sum.high = Math.max(sum.high, price)
    sum.low = Math.min(sum.low, price)
    sum.close = tick.price
    sum.size += BigInt(size)
    sum.quote += BigInt(price) * BigInt(size)
    sum.count++
    sum.lastId = tick.id
    sums.set(key, sum)
  }
  return sums
}

const equals = (candle: Candle, sum: Sum): boolean =>
  candle.open === sum.open &&
  candle.close === sum.close &&
  toInteger(candle.high, 2) === sum.high &&
  toInteger(candle.low, 2) === sum.low &&
  candle.volume === toText(sum.size, 5) &&
  candle.quoteVolume === toText(sum.quote, 7) &&
  candle.tradeCount === sum.count &&
  candle.firstTradeId === sum.firstId &&
  candle.lastTradeId === sum.lastId

/** Compares finals of one interval with sums of its own. Returns what is wrong: finals missing, twice, or different. */
export const wrongCandles = (plan: MarketPlan, interval: Interval, finals: readonly Candle[]): number => {
  const sums = expected(plan, interval)
  const end = plan.minutes * 60_000
  const due = [...sums.keys()].filter(
    key => (Number(key.split(' ')[1]) % 86_400_000) + INTERVAL_MS[interval] <= 43_200_000 + end
  ).length
  let wrong = 0
  const seen = new Set<string>()
  for (const candle of finals) {
    const key = `${candle.symbol} ${candle.openTime}`
    const sum = sums.get(key)
    if (seen.has(key) || candle.revision !== 0) wrong++
    else if (sum ? !equals(candle, sum) : candle.tradeCount !== 0) wrong++
    else if (sum) seen.add(key)
  }
  return wrong + Math.abs(due - seen.size)
}
