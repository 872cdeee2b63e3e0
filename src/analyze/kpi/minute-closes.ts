import { INTERVAL_MS } from '../../market/interval.ts'
import { isPrice } from '../../market/parse-decimal.ts'
import { type Macd, type MacdState, macd } from '../indicator/macd.ts'
import {
  type Folded,
  foldRow,
  NO_WINDOW,
  type RevisableWindow,
  upsertRow,
  type WindowRules
} from '../revisable-window.ts'

type MinuteClose = readonly [openTime: number, close: number]

/** MACD 12/26/9 over the closes of final 1m candles. */
export type MinuteCloses = RevisableWindow<MacdState, MinuteClose>

const MINUTE_MS = INTERVAL_MS['1m']

const line = macd(12, 26, 9)

const rules: WindowRules<MacdState, MinuteClose, Macd> = {
  indicator: { ...line, add: (state, [, close]) => line.add(state, close) },
  openTime: ([openTime]) => openTime,
  lengthMs: MINUTE_MS,
  /** Fifteen minutes in which a candle is revised, and five that candles may be ahead of the tickers. */
  retainedMs: 20 * MINUTE_MS
}

export const NO_CLOSES: MinuteCloses = NO_WINDOW

/** Takes the close of a minute, or corrects it. A close that is no price is none. */
export const addClose = (closes: MinuteCloses, openTime: number, close: number): MinuteCloses =>
  isPrice(close) ? upsertRow(rules, closes, [openTime, close]) : closes

/** MACD over the minutes that had closed at `time`; null while it warms up, and for times before the retained minutes. */
export const macdAt = ({ base, retained }: MinuteCloses, time: number): Macd | null => {
  if (base && base.next > time) return null
  const folded = retained
    .filter(([openTime]) => openTime + MINUTE_MS <= time)
    .reduce<Folded<MacdState> | null>((before, row) => foldRow(rules, before, row), base)
  return folded && line.value(folded.state)
}
