import { z } from 'zod'
import { INTERVALS, type Interval } from '../../../market/interval.ts'
import { ALERT } from '../../../market/records/alert/alert.ts'
import { ALERT_RULE, type AlertRule } from '../../../market/records/alert/alert-rule.ts'
import { CANDLE } from '../../../market/records/derived/candle.ts'
import { COMPOSITE } from '../../../market/records/derived/composite.ts'
import { FEED_STATUS, type FeedStatus } from '../../../market/records/derived/feed-status.ts'
import { INDICATORS } from '../../../market/records/derived/indicators.ts'
import { KPI } from '../../../market/records/derived/kpi.ts'
import { PAIR_STATS } from '../../../market/records/derived/pair-stats.ts'
import { GAP } from '../../../market/records/feed/gap.ts'
import { INSTRUMENT_FACTS, type InstrumentFacts } from '../../../market/records/feed/instrument-facts.ts'
import { flag, nullable, optional, pick, record, words } from '../../../market/records/fields.ts'
import { LIVE_STATES } from '../../live/liveness.ts'
import { recordSchema } from './record-schema.ts'

/** What the answers are, for those who read `/openapi.json`: each field says what it is. Readers ignore fields that they do not know. */

const epoch = (meaning: string) => z.int().describe(`${meaning}, in epoch milliseconds`)
const count = (meaning: string) => z.int().describe(meaning)

/** What every answer says of itself. */
export const age = {
  state: z
    .enum(LIVE_STATES)
    .describe('live; warming: what is newest is still being read; stalled: the broker is silent, and this may be old'),
  ageMs: z
    .int()
    .nullable()
    .describe('how long ago this was known to be the newest there is; null: not since the start'),
  dataAgeMs: z
    .int()
    .nullable()
    .optional()
    .describe('how old the newest data of the instrument is; null: none was heard of')
}

type Served = Pick<FeedStatus, 'exchange' | 'symbol' | 'exchangeStatus' | 'exchangeStatusAt'> & {
  readonly intervals: readonly Interval[]
  readonly simulated: boolean
  readonly facts: InstrumentFacts | null
}

export const candle = recordSchema(CANDLE)
export const indicators = recordSchema(INDICATORS)
export const kpi = recordSchema(KPI)
export const pairStats = recordSchema(PAIR_STATS)
export const composite = recordSchema(COMPOSITE)
export const alert = recordSchema(ALERT)
export const alertRule = recordSchema<AlertRule & { readonly builtIn?: boolean }>({
  ...ALERT_RULE,
  fields: {
    ...ALERT_RULE.fields,
    builtIn: optional(flag('true: it came with the product, and nobody has replaced it'), 'it is in force')
  }
})

export const gap = recordSchema(GAP)

const feedStatus = recordSchema(FEED_STATUS)

const lag = z
  .object({
    group: z.string().describe('consumer group'),
    topic: z.string().describe('topic that it reads'),
    partition: z.int().describe('partition of the topic'),
    lag: count('records that it has not taken in')
  })
  .meta({ id: 'Lag', description: 'How far a consumer group is behind on one partition' })

export const status = z
  .object({
    now: epoch('the gateway’s clock'),
    ...age,
    simulated: z.boolean().describe('true: a market that is made up here is among them'),
    symbols: z.array(feedStatus).describe('every feed'),
    lag: z.array(lag).describe('every consumer group, by partition')
  })
  .meta({ id: 'Status', description: 'How far everything is' })

const served = recordSchema<Served>({
  name: 'Instrument',
  doc: 'An instrument that is served',
  fields: {
    ...pick(FEED_STATUS.fields, ['exchange', 'symbol']),
    intervals: words(INTERVALS, 'lengths of its candles'),
    simulated: flag('true: its market is made up here'),
    ...pick(FEED_STATUS.fields, ['exchangeStatus', 'exchangeStatusAt']),
    facts: nullable(record(INSTRUMENT_FACTS, 'what the exchange’s own list told of it last'), 'it told nothing yet')
  }
})

export const instruments = z.object({ ...age, instruments: z.array(served).describe('those that were asked for') })
export const instrument = z.object({ ...age, instrument: served.describe('the one that was asked for') })

const badField = z
  .object({ field: z.string().describe('its name'), detail: z.string().describe('what is wrong with it') })
  .meta({ id: 'FieldProblem', description: 'One field that is not as it must be' })

export const problem = z
  .object({
    type: z.string().describe('about:blank: the status says what kind of problem it is'),
    title: z.string().describe('the status in words'),
    status: z.int().describe('the HTTP status'),
    detail: z.string().describe('what is wrong, and what to do'),
    errors: z.array(badField).optional().describe('every bad field')
  })
  .meta({ id: 'Problem', description: 'What is wrong with a request: RFC 9457' })

/** As Binance tells it. */
export const binanceError = z
  .object({ code: z.int().describe('Binance’s code of the error'), msg: z.string().describe('the same in words') })
  .meta({ id: 'BinanceError', description: 'What is wrong with a request, as Binance tells it' })

/** As a data feed of TradingView tells it. */
export const udfError = z
  .object({
    s: z.enum(['error']).describe('always error'),
    errmsg: z.string().describe('what is wrong, and what to do')
  })
  .meta({ id: 'UdfError', description: 'What is wrong with a request, as TradingView’s UDF tells it' })
