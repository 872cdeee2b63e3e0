import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { INTERVAL_MS, type Interval, isInterval } from '../../market/interval.ts'
import { serverTime } from '../connect/server-time.ts'
import { instruments, type ListedInstrument } from '../connect/status.ts'
import { useSecond } from '../connect/use-second.ts'
import { useStore } from '../connect/use-store.ts'
import { Age } from '../markets/market-row.tsx'
import { onKey } from '../shell/keys.ts'
import { goTo, nowAt, route } from '../shell/router.ts'
import { AcrossVenues } from '../venues/across-venues.tsx'
import { type ChartView, chartParams, chartViewOf } from '../view/chart-view.ts'
import { formatCountdown } from '../view/format.ts'
import { moved, newestPlaces, type Places, zoomed } from '../view/in-view.ts'
import { intervalFor, type Range } from '../view/ranges.ts'
import { type CandleFeed, type CandlesOf, type Loaded, NOTHING, startCandleFeed } from './candle-feed.ts'
import { ChartNotes } from './chart-notes.tsx'
import type { MarketChart } from './draw/market-chart.ts'
import { saveCsv, savePicture } from './draw/save-chart.ts'
import { useMarketChart } from './draw/use-market-chart.ts'
import { FeedTrust } from './feed-trust.tsx'
import { Legend } from './legend.tsx'
import { SymbolSearch } from './symbol-search.tsx'
import { Toolbar } from './toolbar.tsx'
import { usePlace } from './use-place.ts'

const MOVES: Readonly<Record<string, (places: Places) => Places>> = {
  ArrowLeft: places => moved(places, -0.25),
  ArrowRight: places => moved(places, 0.25),
  '+': places => zoomed(places, 0.8),
  '-': places => zoomed(places, 1.25)
}

/** Moves the chart; false when the key means nothing to it. */
const moveByKey = (chart: MarketChart, key: string, length: number): boolean => {
  const places = chart.view()
  const move = key === 'End' ? ({ from, to }: Places) => newestPlaces(length, to - from) : MOVES[key]
  if (!move || !places) return false
  chart.show(move(places))
  return true
}

/** Candles of one instrument and interval, live; and how to get older ones. */
const useCandles = ({ exchange, symbol, interval }: CandlesOf): readonly [Loaded, (count?: number) => void] => {
  const [loaded, setLoaded] = useState<Loaded>(NOTHING)
  const feed = useRef<CandleFeed | null>(null)
  useEffect(() => {
    setLoaded(NOTHING)
    if (symbol === '') return
    const started = startCandleFeed({ exchange, symbol, interval }, setLoaded)
    feed.current = started
    return started.stop
  }, [exchange, symbol, interval])
  return [loaded, count => feed.current?.loadOlder(count)]
}

/** How long until the newest candle closes, by the gateway's clock. */
const Countdown = ({ interval }: { readonly interval: Interval }): JSX.Element => {
  useSecond()
  const length = INTERVAL_MS[interval]
  return (
    <span class="countdown" title="Until this candle closes">
      <span class="unseen">This candle </span>closes in <b>{formatCountdown(length - (serverTime() % length))}</b>
    </span>
  )
}

/** Candles of one instrument. */
export const ChartPage = (): JSX.Element => {
  const listed = useStore(instruments)
  const { params } = useStore(route)
  if (!listed) return <p class="empty">Asking the gateway which instruments there are…</p>
  const view = chartViewOf(params, listed)
  const chosen = listed.find(({ key }) => key === view.instrument)
  if (!chosen) return <p class="empty">No instrument is listed yet; the first trade brings it.</p>
  return (
    <>
      <ChartWorkplace listed={listed} chosen={chosen} view={view} />
      <AcrossVenues exchange={chosen.exchange} symbol={chosen.symbol} simulated={chosen.simulated} />
    </>
  )
}

type Props = {
  readonly listed: readonly ListedInstrument[]
  readonly chosen: ListedInstrument
  readonly view: ChartView
}

/** What the address says now, which may be newer than what is drawn. */
const viewNow = (listed: Props['listed']): ChartView => chartViewOf(route.get().params, listed)

const changeView = (listed: Props['listed'], change: Partial<ChartView>): void =>
  goTo('chart', chartParams({ ...viewNow(listed), span: null, ...change }))

const chooseByKey = (key: string, { intervals }: ListedInstrument, listed: Props['listed']): boolean => {
  const interval = intervals[Number(key) - 1]
  if (!interval || !isInterval(interval)) return false
  changeView(listed, { interval })
  return true
}

/** What stands above the candles: their figures, how old they are, and whether they can be trusted. */
const ChartTop = (props: {
  readonly series: string
  readonly view: ChartView
  readonly loaded: Loaded
  readonly at: number | undefined
}): JSX.Element => {
  const { series, view, loaded, at } = props
  return (
    <div class="chart-top">
      <Legend
        view={view}
        candle={loaded.candles.findLast(({ openTime }) => openTime === at)}
        indicators={loaded.indicators.findLast(({ openTime }) => openTime === at)}
      />
      <p class="chart-state">
        <span>
          <Countdown interval={view.interval} /> · data <Age instrument={series} /> old
        </span>
        <FeedTrust instrument={series} />
      </p>
    </div>
  )
}

/** A chart with all that belongs to it. */
const ChartWorkplace = ({ listed, chosen, view }: Props): JSX.Element => {
  const { exchange, symbol, simulated, intervals } = chosen
  const candlesOf = { exchange, symbol, interval: view.interval }
  const host = useRef<HTMLDivElement>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const [turn, setTurn] = useState(0)
  const [loaded, loadOlder] = useCandles(candlesOf)
  const isPlaced = useRef((): boolean => false)
  const chart = useMarketChart(host, view, loaded, simulated, {
    onPoint: setPointed,
    onSpan: span => isPlaced.current() && nowAt('chart', chartParams({ ...viewNow(listed), span })),
    onLeftEnd: () => loadOlder()
  })
  isPlaced.current = usePlace(chart, view, loaded, loadOlder, turn)
  useEffect(
    () =>
      onKey(
        key => chooseByKey(key, chosen, listed) || (chart !== null && moveByKey(chart, key, loaded.candles.length))
      ),
    [chosen, chart, loaded.candles.length]
  )
  const chooseRange = (range: Range): void => {
    setTurn(turn + 1)
    changeView(listed, { range, interval: intervalFor(range, view.interval, intervals) })
  }
  const at = pointed ?? loaded.candles.at(-1)?.openTime
  const title = `${simulated ? 'SIMULATED  ' : ''}${chosen.key}  ${view.interval}`
  return (
    <section class="page chart-page">
      <div class="chart-head">
        <SymbolSearch
          listed={listed}
          current={chosen.key}
          onChoose={instrument => changeView(listed, { instrument })}
        />
        <Toolbar
          view={view}
          intervals={intervals}
          onChange={change => changeView(listed, change)}
          onRange={chooseRange}
          onCsv={() => void saveCsv(candlesOf, loaded.candles, chart?.view() ?? null)}
          onPicture={() => chart && savePicture(chart.picture(), title, `${chosen.key.replace(/[:/]/g, '-')}.png`)}
        />
      </div>
      <div class="card flush chart-card">
        <ChartTop series={chosen.key} view={view} loaded={loaded} at={at} />
        <div
          class="chart-host"
          ref={host}
          role="img"
          aria-label={`Candles of ${chosen.key}, ${view.interval}`}
          data-candles={loaded.candles.length}
          data-from={loaded.candles[0]?.openTime}
          data-to={loaded.candles.at(-1)?.openTime}
        />
        <ChartNotes view={view} loaded={loaded} />
      </div>
    </section>
  )
}
