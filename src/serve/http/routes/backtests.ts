import { z } from 'zod'
import { isElsewhere, TickstreamError } from '../../../market/error.ts'
import { INTERVALS } from '../../../market/interval.ts'
import { PAIR_METHODS } from '../../../market/records/derived/pair-stats.ts'
import type { BacktestAsked, Serving } from '../../live/serving.ts'
import * as field from '../api/fields.ts'
import { type Route, route } from '../api/route.ts'
import { Problem } from '../problem.ts'
import { sendJson } from '../send-json.ts'

const body = z.strictObject({
  pair: field.pairText,
  interval: z.enum(INTERVALS).default('1m').describe('length of the candles'),
  from: field.timeRange.from,
  to: field.timeRange.to,
  method: z.enum(PAIR_METHODS).optional().describe('how the hedge ratio is estimated; ols when left out'),
  window: z.int().min(3).max(10_000).optional().describe('how many candles a score is judged among; 500 when left out'),
  log: z.boolean().optional().describe('true: hedge logarithms of prices'),
  walkForward: z.boolean().optional().describe('true: fit on a window, then trade what comes after it'),
  refitEvery: z.int().min(1).max(100_000).optional().describe('… and fit again after so many candles'),
  entry: z.number().optional().describe('trade the spread at so many deviations; 2 when left out'),
  exit: z.number().optional().describe('give it back within so many; 0.5 when left out'),
  stop: z.number().optional().describe('give it up at so many; 4 when left out'),
  feeBps: z.number().optional().describe('of each fill, in hundredths of a percent; 10 when left out'),
  slippageBps: z.number().optional().describe('how much worse than the price a fill is; 2 when left out'),
  capital: z.number().optional().describe('worth of both legs when a trade begins; 10000 when left out'),
  seed: z.int().min(0).optional().describe('shuffles the candles of the line of comparison; 1 when left out')
})

const money = (meaning: string) => z.number().describe(`${meaning}, in quote currency`)

const performance = {
  trades: z.int().describe('how many trades there were'),
  wins: z.int().describe('how many of them won'),
  stops: z.int().describe('how many were given up'),
  profit: money('what they won after all costs'),
  profitPct: z.number().describe('the same in percent of the capital'),
  fees: money('fees in it'),
  sharpe: z.number().nullable().describe('Sharpe ratio of a year, without interest; null: nothing moved'),
  maxDrawdown: money('deepest fall of what the account was worth'),
  maxDrawdownPct: z.number().describe('the same in percent of where it began'),
  turnover: z.number().describe('what was traded, in times the capital'),
  exposurePct: z.number().describe('share of candles during which something was held')
}

const report = z
  .looseObject({
    a: z.string().describe('first instrument'),
    b: z.string().describe('second instrument'),
    interval: z.string().describe('length of the candles'),
    from: z.int().describe('beginning of the first candle, in epoch milliseconds'),
    to: z.int().describe('end of the last candle, in epoch milliseconds'),
    candles: z.int().describe('how many both have'),
    ...performance,
    shuffled: z.looseObject(performance).describe('the same rules on the same moves in another order: luck')
  })
  .describe('what was asked, and what it came to')

const point = z.looseObject({
  time: z.int().describe('beginning of the candle, in epoch milliseconds'),
  value: money('what the account was worth at its close'),
  side: z.string().nullable().describe('what was held; null: nothing'),
  score: z.number().nullable().describe('deviations of the spread; null: too little was known')
})

const trade = z.looseObject({
  openedAt: z.int().describe('when it was opened, in epoch milliseconds'),
  closedAt: z.int().describe('when it was closed, in epoch milliseconds'),
  side: z.string().describe('long or short of the spread'),
  reason: z.string().describe('why it was closed'),
  fees: money('its fees'),
  profit: money('what it won after all costs')
})

const answer = z.object({
  report,
  equity: z.array(point).describe('what the account was worth at every close'),
  trades: z.array(trade).describe('every trade')
})

const kebabCase = (name: string): string => name.replace(/[A-Z]/g, capital => `-${capital.toLowerCase()}`)

/** The same as the command is asked. */
const optionsOf = (asked: z.output<typeof body>): BacktestAsked =>
  Object.fromEntries(
    Object.entries(asked)
      .filter(([, value]) => value !== undefined && value !== false)
      .map(([name, value]) => [kebabCase(name), value === true ? true : String(value)])
  )

const explain = (error: unknown): unknown =>
  error instanceof TickstreamError && !isElsewhere(error) ? new Problem(400, error.message) : error

/** Trades the spread of a pair over stored candles. */
export const backtestRoutes = ({ runBacktest }: Serving): readonly Route[] => [
  route({
    id: 'runBacktest',
    method: 'POST',
    path: '/api/v1/backtests',
    summary:
      'Trades the spread of a pair over stored candles, with fees and slippage, and the same rules on shuffled ones',
    body,
    answer: {
      status: 200,
      schema: answer,
      says: 'the report, what the account was worth at every close, and every trade'
    },
    problems: [415],
    handle: async ({ body: asked, reply }) => {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort(new Problem(400, 'whoever asked has gone')))
      try {
        return sendJson(reply, { plain: [await runBacktest(optionsOf(asked), gone.signal)] })
      } catch (error) {
        throw explain(error)
      }
    }
  })
]
