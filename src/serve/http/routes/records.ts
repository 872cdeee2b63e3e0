import { z } from 'zod'
import { alertsOf, gapsOf, kpisOf, newestKpis, newestPairs } from '../../live/market-data.ts'
import { ageOf, type Serving, statusOf } from '../../live/serving.ts'
import { candlesCsv } from '../api/candles-csv.ts'
import * as field from '../api/fields.ts'
import { listJson } from '../api/list-json.ts'
import { type Route, route } from '../api/route.ts'
import * as schema from '../api/schemas.ts'
import { Problem } from '../problem.ts'
import { requireCurrent } from '../require-current.ts'
import { sendJson } from '../send-json.ts'

const windowQuery = z.strictObject({
  exchange: field.exchange,
  symbol: field.symbol,
  interval: field.interval.default('1m'),
  ...field.timeRange
})

const listOf = (name: string, item: z.ZodType) =>
  z.object({ [name]: z.array(item).describe('oldest first'), ...schema.age })

const wantsCsv = (accept: string | undefined): boolean =>
  /\btext\/csv\b/.test(accept ?? '') && !/\bjson\b/.test(accept ?? '')

const CSV = 'text/csv; charset=utf-8'

const candleRoutes = (serving: Serving): readonly Route[] => {
  const { liveTail, liveness } = serving
  return [
    route({
      id: 'listCandles',
      method: 'GET',
      path: '/api/v1/candles',
      summary:
        'Candles of one instrument, oldest first: stored ones and the open one, without a seam. CSV by Accept: text/csv',
      query: windowQuery,
      answer: { status: 200, type: 'text/csv', schema: listOf('candles', schema.candle), says: 'candles' },
      handle: async ({ query, request, reply }) => {
        const timeRange = field.timeRangeOf(query)
        const candles = await liveTail.candles.ask(query, timeRange)
        if (!wantsCsv(request.headers.accept))
          return sendJson(reply, listJson('candles', candles, ageOf(serving, query)))
        requireCurrent(liveness, candles, timeRange)
        void reply.type(CSV)
        return candlesCsv(candles)
      }
    }),
    route({
      id: 'downloadCandles',
      method: 'GET',
      path: '/api/v1/candles.csv',
      summary: 'The same as CSV',
      query: windowQuery,
      answer: { status: 200, type: 'text/csv', says: 'a line a candle' },
      problems: [503],
      handle: async ({ query, reply }) => {
        const timeRange = field.timeRangeOf(query)
        const candles = await liveTail.candles.ask(query, timeRange)
        requireCurrent(liveness, candles, timeRange)
        void reply.type(CSV)
        return candlesCsv(candles)
      }
    }),
    route({
      id: 'listIndicators',
      method: 'GET',
      path: '/api/v1/indicators',
      summary: 'Technical indicators of candles, oldest first',
      query: windowQuery,
      answer: { status: 200, schema: listOf('indicators', schema.indicators), says: 'indicators' },
      handle: async ({ query, reply }) => {
        const indicators = await liveTail.indicators.ask(query, field.timeRangeOf(query))
        return sendJson(reply, listJson('indicators', indicators, ageOf(serving, query)))
      }
    })
  ]
}

const kpiRoute = (serving: Serving): Route =>
  route({
    id: 'listKpis',
    method: 'GET',
    path: '/api/v1/kpis',
    summary: 'Market KPIs: of one instrument, oldest first, or the newest of each',
    query: z.strictObject({ exchange: field.exchange.optional(), symbol: field.symbol.optional(), ...field.timeRange }),
    answer: { status: 200, schema: listOf('kpis', schema.kpi), says: 'KPIs' },
    handle: async ({ query, reply }) => {
      const { exchange, symbol } = query
      const { liveTail, history } = serving
      if (exchange !== undefined && symbol !== undefined) {
        const instrument = { exchange, symbol }
        const kpis = await kpisOf(liveTail, history, instrument, field.timeRangeOf(query))
        return sendJson(reply, listJson('kpis', kpis, ageOf(serving, instrument)))
      }
      const isWanted = (record: { readonly exchange: string; readonly symbol: string }): boolean =>
        (exchange ?? record.exchange) === record.exchange && (symbol ?? record.symbol) === record.symbol
      const newest = await newestKpis(serving)
      return sendJson(reply, listJson('kpis', newest.filter(isWanted), ageOf(serving)))
    }
  })

const pairRoute = (serving: Serving): Route =>
  route({
    id: 'listPairs',
    method: 'GET',
    path: '/api/v1/pairs',
    summary:
      'Statistics of pairs: with a, b, interval and method what has become of one, oldest first; otherwise the newest of each',
    query: z.strictObject({
      a: field.instrumentText.optional(),
      b: field.instrumentText.optional(),
      interval: field.interval.optional(),
      method: field.method.optional(),
      ...field.timeRange
    }),
    answer: { status: 200, schema: listOf('pairs', schema.pairStats), says: 'statistics' },
    handle: async ({ query, reply }) => {
      const { liveTail } = serving
      const { a, b, interval, method } = query
      const isOne = a !== undefined && b !== undefined && interval !== undefined && method !== undefined
      const pairs = isOne
        ? await liveTail.pairs.ask({ a, b, interval, method }, field.timeRangeOf(query))
        : newestPairs(liveTail, { a, b, interval, method }).slice(0, query.limit)
      return sendJson(reply, listJson('pairs', pairs, ageOf(serving)))
    }
  })

const compositeRoute = (serving: Serving): Route =>
  route({
    id: 'listComposites',
    method: 'GET',
    path: '/api/v1/composites',
    summary:
      'What the venues of a symbol say together, by the minute: of one symbol, oldest first, or the newest of each; simulated markets are apart',
    query: z.strictObject({
      symbol: field.symbol.optional(),
      simulated: field.simulated.default('false'),
      ...field.timeRange
    }),
    answer: { status: 200, schema: listOf('composites', schema.composite), says: 'composites' },
    handle: async ({ query, reply }) => {
      const { composites } = serving.liveTail
      const { symbol, limit } = query
      const simulated = query.simulated === 'true'
      const found =
        symbol === undefined
          ? composites
              .heads()
              .filter(head => head.simulated === simulated)
              .slice(0, limit)
          : await composites.ask({ symbol, simulated }, field.timeRangeOf(query))
      return sendJson(reply, listJson('composites', found, ageOf(serving)))
    }
  })

const alertRoute = (serving: Serving): Route =>
  route({
    id: 'listAlerts',
    method: 'GET',
    path: '/api/v1/alerts',
    summary: 'Alerts raised and resolved, oldest first',
    query: z.strictObject({
      rule: z.string().max(100).optional().describe('name of the rule'),
      instrument: field.instrumentText.optional(),
      pair: field.pairText.optional(),
      state: field.alertState.optional(),
      ...field.timeRange
    }),
    answer: { status: 200, schema: listOf('alerts', schema.alert), says: 'alerts' },
    handle: async ({ query, reply }) => {
      const { rule, instrument, pair, state } = query
      if (instrument !== undefined && pair !== undefined) {
        const errors = [{ field: 'pair', detail: 'an alert is of an instrument or of a pair; give one of them' }]
        throw new Problem(400, 'the request cannot be answered: give instrument or pair', errors)
      }
      const { liveTail, history } = serving
      const alerts = await alertsOf(
        liveTail,
        history,
        { rule, state, subject: instrument ?? pair },
        field.timeRangeOf(query)
      )
      return sendJson(reply, listJson('alerts', alerts, ageOf(serving)))
    }
  })

const gapRoute = (serving: Serving): Route =>
  route({
    id: 'listGaps',
    method: 'GET',
    path: '/api/v1/gaps',
    summary: 'The ledger of gaps in the trade ids, by the time of their discovery',
    query: z.strictObject({
      exchange: field.exchange.optional(),
      symbol: field.symbol.optional(),
      status: field.gapStatus.optional(),
      ...field.timeRange
    }),
    answer: { status: 200, schema: listOf('gaps', schema.gap), says: 'gaps' },
    handle: async ({ query, reply }) => {
      const gaps = await gapsOf(serving, query, field.timeRangeOf(query))
      return sendJson(reply, listJson('gaps', gaps, ageOf(serving)))
    }
  })

const none = z.strictObject({})

/** What was recorded, and what is known of the feeds. */
export const recordRoutes = (serving: Serving): readonly Route[] => [
  ...candleRoutes(serving),
  kpiRoute(serving),
  pairRoute(serving),
  compositeRoute(serving),
  alertRoute(serving),
  gapRoute(serving),
  route({
    id: 'getStatus',
    method: 'GET',
    path: '/api/v1/status',
    summary: 'How far each feed is whole and verified, its gaps, and the lag of every consumer group',
    query: none,
    answer: { status: 200, schema: schema.status, says: 'the status' },
    handle: () => statusOf(serving)
  })
]
