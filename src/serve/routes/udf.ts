import { z } from 'zod'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import { INTERVAL_MS, INTERVALS, type Interval } from '../../market/interval.ts'
import { epochMs } from '../../market/time.ts'
import { NOT_SERVED } from '../dialects.ts'
import { wholeNumber } from '../fields.ts'
import { Problem } from '../problem.ts'
import { requireCurrent } from '../require-current.ts'
import { type Route, route } from '../route.ts'
import { instrumentsOf, type Serving } from '../serving.ts'

/** TradingView's data feed over HTTP: https://www.tradingview.com/charting-library-docs/latest/connecting_data/UDF */

const RESOLUTIONS: Readonly<Record<Interval, string>> = {
  '1s': '1S',
  '5s': '5S',
  '10s': '10S',
  '30s': '30S',
  '1m': '1',
  '5m': '5',
  '15m': '15',
  '1h': '60',
  '1d': '1D'
}

const NAMES = [...Object.values(RESOLUTIONS), 'D'] as const

const intervalOf = (resolution: string): Interval => INTERVALS.find(name => RESOLUTIONS[name] === resolution) ?? '1d'

const unknownSymbol = (): Problem => new Problem(404, `${NOT_SERVED}; /udf/search lists them`)

/** Symbols are named `exchange:BASE/QUOTE`, or by their symbol alone. */
const find = (serving: Serving, name: string): Instrument | undefined =>
  instrumentsOf(serving).find(
    of => instrumentKey(of) === name || of.symbol === name || of.symbol.replace('/', '') === name
  )

/** Ten to the power of the digits that prices have behind the point. */
const priceScale = ({ edge, intervals }: Serving, of: Instrument): number => {
  const [newest] = edge.candles.newest({ ...of, interval: intervals[0] ?? '1m' }, 1)
  const digits = [newest?.open, newest?.high, newest?.low, newest?.close].map(
    price => price?.split('.')[1]?.length ?? 2
  )
  return 10 ** Math.max(2, ...digits)
}

const describe = (of: Instrument) => ({
  symbol: of.symbol,
  full_name: instrumentKey(of),
  ticker: instrumentKey(of),
  description: `${of.symbol} of ${of.exchange}`,
  exchange: of.exchange,
  type: 'crypto'
})

const seconds = wholeNumber(-9_999_999_999, 9_999_999_999)
const name = z.string().min(1).max(200)
const none = z.looseObject({})

const historyRoute = (serving: Serving): Route =>
  route({
    method: 'GET',
    path: '/udf/history',
    summary: 'Candles as columns: t (seconds), o, h, l, c, v',
    query: z.object({
      symbol: name,
      resolution: z.enum(NAMES, `give one of ${NAMES.join(', ')}`),
      from: seconds.optional(),
      to: seconds,
      countback: wholeNumber(1, 5_000).optional()
    }),
    answer: { status: 200, schema: z.looseObject({ s: z.enum(['ok', 'no_data', 'error']) }), says: 'candles' },
    problems: [404],
    handle: async ({ query }) => {
      const instrument = find(serving, query.symbol)
      if (!instrument) throw unknownSymbol()
      const { from, to, countback } = query
      if (from === undefined && countback === undefined)
        throw new Problem(400, 'from: give from, or countback', [{ field: 'from', detail: 'give from, or countback' }])
      const since = countback === undefined && from !== undefined ? epochMs(Math.max(0, from) * 1_000) : null
      const until = epochMs(Math.max(0, to) * 1_000)
      const of = { ...instrument, interval: intervalOf(query.resolution) }
      const stretch = { from: since, to: until, limit: countback ?? 5_000 }
      const candles = await serving.edge.candles.ask(of, stretch)
      requireCurrent(serving.liveness, candles, stretch)
      if (candles.length > 0) return columns(candles)
      const [before] = await serving.edge.candles.ask(of, { from: null, to: until, limit: 1 })
      return { s: 'no_data', ...(before ? { nextTime: before.openTime / 1_000 } : {}) }
    }
  })

type Priced = {
  readonly openTime: number
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
}

const columns = (candles: readonly Priced[]) => ({
  s: 'ok',
  t: candles.map(({ openTime }) => openTime / 1_000),
  o: candles.map(({ open }) => Number(open)),
  h: candles.map(({ high }) => Number(high)),
  l: candles.map(({ low }) => Number(low)),
  c: candles.map(({ close }) => Number(close)),
  v: candles.map(({ volume }) => Number(volume))
})

const symbolRoute = (serving: Serving): Route =>
  route({
    method: 'GET',
    path: '/udf/symbols',
    summary: 'What a chart needs to know of a symbol',
    query: z.object({ symbol: name }),
    answer: { status: 200, schema: z.looseObject({ name: z.string() }), says: 'the symbol' },
    problems: [404],
    handle: ({ query }) => {
      const instrument = find(serving, query.symbol)
      if (!instrument) throw unknownSymbol()
      const { symbol, ...rest } = describe(instrument)
      return {
        ...rest,
        name: symbol,
        listed_exchange: instrument.exchange,
        session: '24x7',
        timezone: 'Etc/UTC',
        minmov: 1,
        pricescale: priceScale(serving, instrument),
        has_intraday: true,
        has_seconds: serving.intervals.some(of => INTERVAL_MS[of] < 60_000),
        seconds_multipliers: serving.intervals
          .filter(of => INTERVAL_MS[of] < 60_000)
          .map(of => String(INTERVAL_MS[of] / 1_000)),
        has_daily: true,
        supported_resolutions: serving.intervals.map(of => RESOLUTIONS[of]),
        volume_precision: 8,
        data_status: serving.liveness.freshness().state === 'live' ? 'streaming' : 'delayed_streaming'
      }
    }
  })

export const udfRoutes = (serving: Serving): readonly Route[] => [
  route({
    method: 'GET',
    path: '/udf/config',
    summary: 'What this feed can do, as TradingView’s UDF',
    query: none,
    answer: { status: 200, schema: z.looseObject({}), says: 'the configuration' },
    handle: () => ({
      supported_resolutions: serving.intervals.map(of => RESOLUTIONS[of]),
      supports_group_request: false,
      supports_search: true,
      supports_marks: false,
      supports_timescale_marks: false,
      supports_time: true,
      exchanges: [...new Set(instrumentsOf(serving).map(({ exchange }) => exchange))].map(value => ({
        value,
        name: value,
        desc: value
      })),
      symbols_types: [{ name: 'crypto', value: 'crypto' }]
    })
  }),
  symbolRoute(serving),
  route({
    method: 'GET',
    path: '/udf/search',
    summary: 'Symbols that contain a text',
    query: z.object({
      query: z.string().max(200).default(''),
      type: z.string().max(50).optional(),
      exchange: z.string().max(50).optional(),
      limit: wholeNumber(1, 1_000).default(30)
    }),
    answer: { status: 200, schema: z.array(z.looseObject({ symbol: z.string() })), says: 'symbols' },
    handle: ({ query: { query, type, exchange, limit } }) =>
      instrumentsOf(serving)
        .filter(of => instrumentKey(of).toUpperCase().includes(query.toUpperCase()))
        .filter(of => (!exchange || of.exchange === exchange) && (!type || type === 'crypto'))
        .slice(0, limit)
        .map(describe)
  }),
  historyRoute(serving),
  route({
    method: 'GET',
    path: '/udf/time',
    summary: 'This gateway’s clock in seconds',
    query: none,
    answer: { status: 200, type: 'text/plain', says: 'seconds since 1970' },
    handle: () => String(Math.floor(serving.clock.now() / 1_000))
  })
]
