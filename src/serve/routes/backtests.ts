import { z } from 'zod'
import { TickstreamError } from '../../market/error.ts'
import { INTERVALS } from '../../market/interval.ts'
import { PAIR_METHODS } from '../../market/pair-stats.ts'
import * as field from '../fields.ts'
import { Problem } from '../problem.ts'
import { type Route, route, sendJson } from '../route.ts'
import type { BacktestAsked, Serving } from '../serving.ts'

const body = z.strictObject({
  pair: field.pairText,
  interval: z.enum(INTERVALS).default('1m'),
  from: field.time.optional(),
  to: field.time.optional(),
  method: z.enum(PAIR_METHODS).optional(),
  window: z.int().min(3).max(10_000).optional(),
  log: z.boolean().optional(),
  walkForward: z.boolean().optional(),
  refitEvery: z.int().min(1).max(100_000).optional(),
  entry: z.number().optional(),
  exit: z.number().optional(),
  stop: z.number().optional(),
  feeBps: z.number().optional(),
  slippageBps: z.number().optional(),
  capital: z.number().optional(),
  seed: z.int().min(0).optional()
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
  error instanceof TickstreamError && error.code !== 'environment' ? new Problem(400, error.message) : error

/** Trades the spread of a pair over stored candles. */
export const backtestRoutes = ({ runBacktest }: Serving): readonly Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/backtests',
    summary:
      'Trades the spread of a pair over stored candles, with fees and slippage, and the same rules on shuffled ones',
    body,
    answer: {
      status: 200,
      schema: z.object({
        report: z.looseObject({}),
        equity: z.array(z.looseObject({})),
        trades: z.array(z.looseObject({}))
      }),
      says: 'the report, what the account was worth at every close, and every trade'
    },
    problems: [415],
    handle: async ({ body: asked, reply }) => {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort(new Problem(400, 'whoever asked has gone')))
      try {
        return sendJson(reply, [await runBacktest(optionsOf(asked), gone.signal)])
      } catch (error) {
        throw explain(error)
      }
    }
  })
]
