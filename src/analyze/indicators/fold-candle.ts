import { isPrice } from '../../market/parse-decimal.ts'
import { INDICATOR_FIGURES, type IndicatorFigures, type Indicators } from '../../market/records/derived/indicators.ts'
import type { AnyCandle } from '../../market/records/feed/exchange-kline.ts'
import { epochMs } from '../../market/time.ts'
import { type CandleFigures, candleFigures } from '../candle-figures.ts'
import { endAt, isProvisional } from '../provisional.ts'
import { foldRow, foldsOf, upsertRow } from '../revisable-window.ts'
import { allIndicators } from './all-indicators.ts'
import { type Row, type Series, setWindow } from './series.ts'

type Published = { readonly row: Row; readonly figures: IndicatorFigures }

const NOTHING: readonly Indicators[] = []

const isRepresentable = (candle: CandleFigures): boolean =>
  Object.values(candle).every(value => value === null || Number.isFinite(value)) &&
  [candle.high, candle.low, candle.close].every(isPrice)

const areSame = (a: IndicatorFigures, b: IndicatorFigures): boolean =>
  INDICATOR_FIGURES.every(name => a[name] === b[name])

const toIndicators = (
  { exchange, symbol, interval }: Series,
  { openTime, revision, isFromExchange }: Pick<Row, 'openTime' | 'revision' | 'isFromExchange'>,
  figures: IndicatorFigures,
  final: boolean
): Indicators => ({
  exchange,
  symbol,
  interval,
  openTime: epochMs(openTime),
  final,
  revision,
  ...figures,
  ...(isFromExchange ? { standIn: true } : {})
})

/** Folds a candle of the series, and returns the figures that it made or changed, oldest first. An open one is only remembered. */
export const foldCandle = (series: Series, candle: AnyCandle): readonly Indicators[] => {
  const { openTime, final } = candle
  if (!isWanted(series, candle)) return NOTHING
  const figures = candleFigures(candle)
  // What no number can hold, and what is no price, has no figures, and leaves a gap.
  if (!isRepresentable(figures)) return NOTHING
  if (final) return foldFinal(series, { ...figures, revision: 0, isFromExchange: candle.status === 'exchange' })
  if (openTime === series.tip?.next) series.open = candle
  return NOTHING
}

/** The exchange knows all of a minute that we joined in its middle, so there its candle stays. */
const isWanted = (series: Series, candle: AnyCandle): boolean => {
  const { openTime, closeTime, status, final } = candle
  if (status === 'exchange') return isProvisional(series.provisionalEnd, candle)
  if (!final) return true
  const isPartial = status === 'partial'
  const end = endAt(series.provisionalEnd, isPartial ? closeTime : openTime)
  series.changed ||= end !== series.provisionalEnd
  series.provisionalEnd = end
  return !isPartial || !series.window.retained.some(row => row.openTime === openTime && row.isFromExchange)
}

const foldFinal = (series: Series, row: Row): readonly Indicators[] => {
  if (series.open && series.open.openTime <= row.openTime) series.open = null
  return series.tip === null || row.openTime >= series.tip.next ? append(series, row) : revise(series, row)
}

const append = (series: Series, row: Row): readonly Indicators[] => {
  const tip = foldRow(series.rules, series.tip, row)
  series.window = upsertRow(series.rules, series.window, row)
  series.tip = tip
  series.changed = true
  return [toIndicators(series, row, allIndicators.value(tip.state), true)]
}

/** What the retained candles of a series say now. */
const figuresOf = ({ rules, window }: Series): readonly Published[] =>
  foldsOf(rules, window).map(({ state }, at) => ({ row: window.retained[at]!, figures: allIndicators.value(state) }))

/** A late candle that is older than the retained ones is told as well: history may come behind our first candle. */
const foldedAtOnce = (series: Series, { base, retained }: Series['window'], row: Row): readonly Indicators[] =>
  base?.next !== row.openTime + series.rules.lengthMs || retained.some(one => one.openTime <= row.openTime)
    ? NOTHING
    : [toIndicators(series, row, allIndicators.value(base.state), true)]

/** Corrects a candle: every later figure that takes it in is published anew, where it differs from what was. */
const revise = (series: Series, row: Row): readonly Indicators[] => {
  const window = upsertRow(series.rules, series.window, row)
  if (window === series.window) return NOTHING
  const before = new Map(figuresOf(series).map(one => [one.row.openTime, one]))
  setWindow(series, window)
  series.changed = true
  const retained: Row[] = []
  const emit: Indicators[] = [...foldedAtOnce(series, window, row)]
  for (const { row: now, figures } of figuresOf(series)) {
    const was = before.get(now.openTime)
    const isSame = was !== undefined && was.row.isFromExchange === now.isFromExchange && areSame(was.figures, figures)
    const revision = was === undefined ? 0 : was.row.revision + (isSame ? 0 : 1)
    retained.push({ ...now, revision })
    if (!isSame) emit.push(toIndicators(series, { ...now, revision }, figures, true))
  }
  series.window = { ...window, retained }
  return emit
}

/** The figures of the candle that forms now, if it has changed since they were last asked for. */
export const openIndicators = (series: Series): readonly Indicators[] => {
  const { open, tip } = series
  if (open === null || tip === null || open.openTime !== tip.next) return NOTHING
  series.open = null
  const figures = allIndicators.value(allIndicators.add(tip.state, candleFigures(open)))
  return [toIndicators(series, { openTime: open.openTime, revision: 0, isFromExchange: false }, figures, false)]
}
