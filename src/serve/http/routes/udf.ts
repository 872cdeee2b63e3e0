import { z } from 'zod'
import { type Instrument, instrumentKey } from '../../../market/instrument.ts'
import { INTERVAL_MS, INTERVALS, type Interval } from '../../../market/interval.ts'
import { epochMs } from '../../../market/time.ts'
import { instrumentsOf, type Serving } from '../../live/serving.ts'
import { wholeNumber } from '../api/fields.ts'
import { type Route, route } from '../api/route.ts'
import { NOT_SERVED } from '../dialects.ts'
import { Problem } from '../problem.ts'
import { requireCurrent } from '../require-current.ts'

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
    instrument =>
      instrumentKey(instrument) === name || instrument.symbol === name || instrument.symbol.replace('/', '') === name
  )

/** Ten to the power of the digits that prices have behind the point. */
const priceScale = ({ liveTail, intervals }: Serving, instrument: Instrument): number => {
  const tickSize = liveTail.feeds.facts(instrument)?.tickSize
  if (tickSize) return 10 ** (tickSize.split('.')[1]?.length ?? 0)
  const [newest] = liveTail.candles.newest({ ...instrument, interval: intervals[0] ?? '1m' }, 1)
  const digits = [newest?.open, newest?.high, newest?.low, newest?.close].map(
    price => price?.split('.')[1]?.length ?? 2
  )
  return 10 ** Math.max(2, ...digits)
}

const describe = (instrument: Instrument) => ({
  symbol: instrument.symbol,
  full_name: instrumentKey(instrument),
  ticker: instrumentKey(instrument),
  description: `${instrument.symbol} of ${instrument.exchange}`,
  exchange: instrument.exchange,
  type: 'crypto'
})

const seconds = (which: string) => wholeNumber(-9_999_999_999, 9_999_999_999, `${which}, in seconds since 1970`)
const name = z.string().min(1).max(200).describe('exchange:BASE/QUOTE, or its symbol alone')
const none = z.looseObject({})

const column = (meaning: string) => z.array(z.number()).optional().describe(`${meaning}; left out where s is not ok`)

const history = z.looseObject({
  s: z.enum(['ok', 'no_data']).describe('whether there are candles'),
  t: z
    .array(z.int())
    .optional()
    .describe('beginnings of the windows, in seconds since 1970; left out where s is not ok'),
  o: column('opens'),
  h: column('highs'),
  l: column('lows'),
  c: column('closes'),
  v: column('volumes, in the base currency'),
  nextTime: z.int().optional().describe('where s is no_data: the newest window before, in seconds since 1970')
})

const found = z.looseObject({
  symbol: z.string().describe('BASE/QUOTE'),
  full_name: z.string().describe('exchange:BASE/QUOTE'),
  ticker: z.string().describe('what history is asked for by'),
  description: z.string().describe('the same in words'),
  exchange: z.string().describe('id of the exchange'),
  type: z.string().describe('crypto')
})

const symbolInfo = z.looseObject({
  name: z.string().describe('BASE/QUOTE'),
  ticker: z.string().describe('what history is asked for by'),
  exchange: z.string().describe('id of the exchange'),
  session: z.string().describe('when it is traded: 24x7'),
  timezone: z.string().describe('of the session'),
  minmov: z.int().describe('least move, in units of pricescale'),
  pricescale: z.int().describe('ten to the power of the digits that prices have behind the point'),
  supported_resolutions: z.array(z.string()).describe('intervals, as TradingView spells them')
})

const config = z.looseObject({
  supported_resolutions: z.array(z.string()).describe('intervals, as TradingView spells them'),
  supports_search: z.boolean().describe('true'),
  supports_time: z.boolean().describe('true')
})

const historyRoute = (serving: Serving): Route =>
  route({
    id: 'udfHistory',
    method: 'GET',
    path: '/udf/history',
    summary: 'Candles as columns: t (seconds), o, h, l, c, v',
    query: z.object({
      symbol: name,
      resolution: z.enum(NAMES, `give one of ${NAMES.join(', ')}`).describe('as TradingView spells an interval'),
      from: seconds('from then on, inclusive').optional(),
      to: seconds('up to then, exclusive'),
      countback: wholeNumber(1, 5_000, 'so many before to, instead of from').optional()
    }),
    answer: { status: 200, schema: history, says: 'candles' },
    problems: [404],
    handle: async ({ query }) => {
      const instrument = find(serving, query.symbol)
      if (!instrument) throw unknownSymbol()
      const { from, to, countback } = query
      if (from === undefined && countback === undefined)
        throw new Problem(400, 'from: give from, or countback', [{ field: 'from', detail: 'give from, or countback' }])
      const since = countback === undefined && from !== undefined ? epochMs(Math.max(0, from) * 1_000) : null
      const until = epochMs(Math.max(0, to) * 1_000)
      const series = { ...instrument, interval: intervalOf(query.resolution) }
      const timeRange = { from: since, to: until, limit: countback ?? 5_000 }
      const candles = await serving.liveTail.candles.ask(series, timeRange)
      requireCurrent(serving.liveness, candles, timeRange)
      if (candles.length > 0) return columns(candles)
      const [before] = await serving.liveTail.candles.ask(series, { from: null, to: until, limit: 1 })
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
    id: 'udfSymbol',
    method: 'GET',
    path: '/udf/symbols',
    summary: 'What a chart needs to know of a symbol',
    query: z.object({ symbol: name }),
    answer: { status: 200, schema: symbolInfo, says: 'the symbol' },
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
        has_seconds: serving.intervals.some(interval => INTERVAL_MS[interval] < 60_000),
        seconds_multipliers: serving.intervals
          .filter(interval => INTERVAL_MS[interval] < 60_000)
          .map(interval => String(INTERVAL_MS[interval] / 1_000)),
        has_daily: true,
        supported_resolutions: serving.intervals.map(interval => RESOLUTIONS[interval]),
        volume_precision: 8,
        data_status: serving.liveness.freshness().state === 'live' ? 'streaming' : 'delayed_streaming'
      }
    }
  })

export const udfRoutes = (serving: Serving): readonly Route[] => [
  route({
    id: 'udfConfig',
    method: 'GET',
    path: '/udf/config',
    summary: 'What this feed can do, as TradingView’s UDF',
    query: none,
    answer: { status: 200, schema: config, says: 'the configuration' },
    handle: () => ({
      supported_resolutions: serving.intervals.map(interval => RESOLUTIONS[interval]),
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
    id: 'udfSearch',
    method: 'GET',
    path: '/udf/search',
    summary: 'Symbols that contain a text',
    query: z.object({
      query: z.string().max(200).default('').describe('a part of the name'),
      type: z.string().max(50).optional().describe('crypto, or nothing'),
      exchange: z.string().max(50).optional().describe('id of the exchange'),
      limit: wholeNumber(1, 1_000, 'at most so many').default(30)
    }),
    answer: { status: 200, schema: z.array(found), says: 'symbols' },
    handle: ({ query: { query, type, exchange, limit } }) =>
      instrumentsOf(serving)
        .filter(instrument => instrumentKey(instrument).toUpperCase().includes(query.toUpperCase()))
        .filter(instrument => (!exchange || instrument.exchange === exchange) && (!type || type === 'crypto'))
        .slice(0, limit)
        .map(describe)
  }),
  historyRoute(serving),
  route({
    id: 'udfTime',
    method: 'GET',
    path: '/udf/time',
    summary: 'This gateway’s clock in seconds',
    query: none,
    answer: { status: 200, type: 'text/plain', says: 'seconds since 1970' },
    handle: () => String(Math.floor(serving.clock.now() / 1_000))
  })
]
