import type { ExchangeKline } from '../../market/records/feed/exchange-kline.ts'
import type { StatePart } from '../../stream/topology.ts'

/** The totals of the exchange's own candle of a minute; null: it does not give them. */
export type ExchangeTotals = {
  readonly count: number | null
  readonly volume: string
  readonly quoteVolume: string | null
}

/** The exchange's own minutes that ours are, or will be, compared with, by open time. */
export type ExchangeMinutes = {
  readonly totals: Map<number, ExchangeTotals>
  /** Parts that changed since the last commit. */
  readonly changed: Set<number>
}

export const MINUTE_MS = 60_000
const MINUTES_PER_PART = 10
/** More than a cold start brings: a bound for minutes that come before our trades do. */
const MAX_MINUTES = 1_500
const PREFIX = 'klines/'

type Row = readonly [openTime: number, count: number | null, volume: string, quoteVolume: string | null]

export const newExchangeMinutes = (): ExchangeMinutes => ({ totals: new Map(), changed: new Set() })

const partOf = (openTime: number): number => Math.floor(openTime / (MINUTE_MS * MINUTES_PER_PART))

const remove = ({ totals, changed }: ExchangeMinutes, openTime: number): void => {
  if (totals.delete(openTime)) changed.add(partOf(openTime))
}

/** Of the same minute the newest record counts; one without a volume shows nothing. */
export const putMinute = (minutes: ExchangeMinutes, kline: ExchangeKline): void => {
  const { openTime, tradeCount, volume, quoteVolume } = kline
  if (volume === null) return
  minutes.totals.set(openTime, { count: tradeCount, volume, quoteVolume })
  minutes.changed.add(partOf(openTime))
  if (minutes.totals.size > MAX_MINUTES) remove(minutes, Math.min(...minutes.totals.keys()))
}

/** Forgets the minutes that can no longer be compared. */
export const forgetMinutes = (minutes: ExchangeMinutes, isOver: (openTime: number) => boolean): void => {
  for (const openTime of minutes.totals.keys()) if (isOver(openTime)) remove(minutes, openTime)
}

/** Ten minutes to a part. */
export const minuteParts = ({ totals, changed }: ExchangeMinutes): readonly StatePart[] => {
  if (changed.size === 0) return []
  const parts = [...changed].map(part => {
    const rows = [...totals].filter(([openTime]) => partOf(openTime) === part)
    const value = rows.map(([openTime, totals]): Row => [openTime, totals.count, totals.volume, totals.quoteVolume])
    return { name: `${PREFIX}${part}`, value: value.length === 0 ? null : JSON.stringify(value) }
  })
  changed.clear()
  return parts
}

export const readMinutes = (parts: ReadonlyMap<string, string>): ExchangeMinutes => {
  const minutes = newExchangeMinutes()
  for (const [name, text] of parts) {
    if (!name.startsWith(PREFIX)) continue
    for (const [openTime, count, volume, quoteVolume] of JSON.parse(text) as readonly Row[])
      minutes.totals.set(openTime, { count, volume, quoteVolume })
  }
  return minutes
}
