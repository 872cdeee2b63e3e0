import { z } from 'zod'
import { INTERVALS } from '../../../market/interval.ts'
import { parseTime } from '../../../market/parse-time.ts'
import { ALERT_STATES } from '../../../market/records/alert/alert.ts'
import { PAIR_METHODS } from '../../../market/records/derived/pair-stats.ts'
import { GAP_STATUSES } from '../../../market/records/feed/gap.ts'
import type { EpochMs } from '../../../market/time.ts'

/** Records of one answer where nothing is said, and at most. */
const DEFAULT = 500
const MAX = 5_000

const TIME = 'a time as 2024-08-09T00:00:00Z, or epoch milliseconds'

/** A time as text, as epoch milliseconds. */
const time = z
  .string()
  .transform((text, context): EpochMs => {
    const value = parseTime(text)
    if (value !== null) return value
    context.addIssue({ code: 'custom', message: 'give epoch milliseconds, or a time as 2024-08-09T00:00:00Z' })
    return z.NEVER
  })
  .meta({ format: 'date-time', description: TIME })

/** A whole number from a text. */
export const wholeNumber = (least: number, most: number, description: string) =>
  z
    .string()
    .transform((text, context): number => {
      const value = Number(text)
      if (/^-?\d{1,15}$/.test(text) && value >= least && value <= most) return value
      context.addIssue({ code: 'custom', message: `give a whole number from ${least} to ${most}` })
      return z.NEVER
    })
    .meta({ type: 'integer', format: 'int64', minimum: least, maximum: most, description })

export const exchange = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,49}$/, 'give an exchange such as binance')
  .meta({ examples: ['binance'], description: 'id of the exchange' })

export const symbol = z
  .string()
  .regex(/^[^\s~#,/]{1,50}\/[^\s~#,/]{1,50}$/u, 'give a symbol as BASE/QUOTE, such as BTC/USDT')
  .meta({ examples: ['BTC/USDT'], description: 'BASE/QUOTE' })

/** A currency or another name that an exchange writes in any alphabet. */
export const asset = (description: string) =>
  z
    .string()
    .regex(/^[^\s~#,/]{1,50}$/u, 'give a name such as USDT')
    .describe(description)

export const instrumentText = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,49}:[^\s~#,/]{1,50}\/[^\s~#,/]{1,50}$/u, 'give an instrument such as binance:BTC/USDT')
  .meta({ examples: ['binance:BTC/USDT'], description: 'exchange:BASE/QUOTE' })

export const pairText = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,49}:[^\s~#,/]{1,50}\/[^\s~#,/]{1,50}~[a-z][a-z0-9-]{0,49}:[^\s~#,/]{1,50}\/[^\s~#,/]{1,50}$/u,
    'give a pair such as binance:BTC/USDT~binance:ETH/USDT'
  )
  .meta({ examples: ['binance:BTC/USDT~binance:ETH/USDT'], description: 'a pair of instruments, A~B' })

export const interval = z.enum(INTERVALS, `give one of ${INTERVALS.join(', ')}`).describe('length of the candles')
export const method = z
  .enum(PAIR_METHODS, `give one of ${PAIR_METHODS.join(', ')}`)
  .describe('how the hedge ratio is estimated')
export const simulated = z.enum(['true', 'false'], 'give true or false').describe('true: markets that are made up here')
export const alertState = z.enum(ALERT_STATES, `give one of ${ALERT_STATES.join(', ')}`).describe('firing, or resolved')
export const gapStatus = z.enum(GAP_STATUSES, `give one of ${GAP_STATUSES.join(', ')}`).describe('what became of it')

/** `[from, to)`: from its beginning on where `from` is given, otherwise the newest. */
export const timeRange = {
  from: time.optional().meta({ format: 'date-time', description: `from then on, inclusive: ${TIME}` }),
  to: time.optional().meta({ format: 'date-time', description: `up to then, exclusive: ${TIME}` }),
  limit: wholeNumber(1, MAX, 'at most so many: with from the first of them, otherwise the newest').default(DEFAULT)
}

/** The same as the rest of the gateway has it. */
export const timeRangeOf = (query: {
  readonly from?: EpochMs | undefined
  readonly to?: EpochMs | undefined
  readonly limit: number
}) => ({
  from: query.from ?? null,
  to: query.to ?? null,
  limit: query.limit
})
