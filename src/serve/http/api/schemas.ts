import { z } from 'zod'
import { INTERVALS } from '../../../market/interval.ts'
import { ALERT_KINDS, ALERT_PRIORITIES, ALERT_STATES } from '../../../market/records/alert/alert.ts'
import { CANDLE_STATUSES } from '../../../market/records/derived/candle.ts'
import { PAIR_METHODS } from '../../../market/records/derived/pair-stats.ts'
import { LIVE_STATES } from '../../live/liveness.ts'
import { INDICATOR_WORDS, KPI_WORDS, PAIR_WORDS } from './figure-words.ts'

/** What the answers are, for those who read `/openapi.json`: each field says what it is. Readers ignore fields that they do not know. */

const epoch = (of: string) => z.int().describe(`${of}, in epoch milliseconds`)
const money = (of: string) => z.string().describe(`${of}; an exact decimal`)
const count = (of: string) => z.int().describe(of)

const figures = <Name extends string>(words: Readonly<Record<Name, string>>) =>
  Object.fromEntries(
    Object.entries<string>(words).map(([name, of]) => [name, z.number().nullable().describe(`${of}; null: undefined`)])
  ) as Record<Name, z.ZodNullable<z.ZodNumber>>

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

const exchange = z.string().describe('id of the exchange; sim: a market that is made up here')
const symbol = z.string().describe('BASE/QUOTE')
const instrument = { exchange, symbol }
const exchangeStatus = {
  exchangeStatus: z
    .string()
    .nullable()
    .describe('the exchange’s own word for it, as TRADING, HALT or BREAK; null: not in its list, or not asked yet'),
  exchangeStatusAt: epoch('when the exchange was asked for it, which is done once an hour; null: not yet').nullable()
}
const interval = z.enum(INTERVALS).describe('length of the candle')
const openTime = epoch('beginning of the window, inclusive')
const idEpoch = z
  .int()
  .optional()
  .describe('how often the exchange had begun its trade ids anew: ids count within their epoch alone; absent: never')
const standIn = z.boolean().optional().describe('true: of the exchange’s own candles, from before our first one')

export const candle = z
  .object({
    ...instrument,
    interval,
    openTime,
    closeTime: epoch('end of the window, exclusive'),
    open: money('price of the first trade'),
    high: money('highest price'),
    low: money('lowest price'),
    close: money('price of the last trade'),
    volume: money('sum of the sizes, in the base currency'),
    quoteVolume: money('sum of price × size, in the quote currency'),
    tradeCount: count('how many trades it holds'),
    takerBuyVolume: money('volume of the trades whose taker bought'),
    takerBuyQuoteVolume: money('quoteVolume of the trades whose taker bought'),
    firstTradeId: z.string().nullable().describe('id of its first trade; null: it holds none'),
    lastTradeId: z.string().nullable().describe('id of its last trade; null: it holds none'),
    revision: z.int().describe('0 until and including the first final; -1: the exchange’s own candle'),
    final: z.boolean().describe('false: the window is open yet'),
    status: z
      .enum(CANDLE_STATUSES)
      .describe(
        'how it came about, and whether it is whole: gap and partial are not, empty is proven to hold no trade'
      ),
    missing: count('how many trades are known to be missing; left out where that is not known').optional(),
    epoch: idEpoch
  })
  .meta({ id: 'Candle', description: 'One window of one instrument' })

export const indicators = z
  .object({
    ...instrument,
    interval,
    openTime,
    final: z.boolean().describe('false: of a candle that is open yet'),
    revision: count('0 until and including the first final; one higher each time that the figures change after it'),
    ...figures(INDICATOR_WORDS),
    standIn
  })
  .meta({ id: 'Indicators', description: 'Technical indicators as they stood with one candle' })

export const kpi = z
  .object({ ...instrument, time: epoch('when they stood so'), ...figures(KPI_WORDS) })
  .meta({ id: 'Kpi', description: 'Key figures of one market at one moment' })

export const pairStats = z
  .object({
    a: z.string().describe('exchange:BASE/QUOTE of the first instrument'),
    b: z.string().describe('exchange:BASE/QUOTE of the second instrument'),
    interval,
    openTime,
    window: count('how many candles that both have it looks back on'),
    method: z.enum(PAIR_METHODS).describe('how the hedge ratio is estimated'),
    ...figures(PAIR_WORDS),
    cointegrated: z
      .boolean()
      .nullable()
      .describe('Engle–Granger at 5 %; null: undefined, or by another method than ols'),
    standIn
  })
  .meta({
    id: 'PairStats',
    description: 'What two instruments have to do with each other, seen at the close of a candle'
  })

export const alert = z
  .object({
    id: z.string().describe('the same for the same cause, however often it is computed'),
    rule: z.string().describe('name of the rule that raised it'),
    kind: z.enum(ALERT_KINDS).describe('what the rule is about'),
    priority: z.enum(ALERT_PRIORITIES).describe('how urgent its rule says it is'),
    instrument: z.string().optional().describe('exchange:BASE/QUOTE that it is about'),
    pair: z.string().optional().describe('A~B that it is about'),
    time: epoch('event time of the cause'),
    value: z.number().nullable().describe('what was measured, in the kind’s unit; null: nothing could be'),
    threshold: z.number().describe('the bound that was crossed, in the same unit'),
    state: z.enum(ALERT_STATES).describe('firing, or resolved'),
    message: z.string().describe('the same in words')
  })
  .meta({ id: 'Alert', description: 'One alert, raised or resolved' })

export const alertRule = z
  .object({
    name: z.string().describe('its name: letters, digits and hyphens'),
    kind: z.enum(ALERT_KINDS).describe('what it is about'),
    enabled: z.boolean().describe('false: it raises nothing'),
    priority: z.enum(ALERT_PRIORITIES).describe('how urgent its alerts are'),
    instrument: z.string().optional().describe('exchange:BASE/QUOTE; left out: all'),
    pair: z.string().optional().describe('A~B; left out: all'),
    interval: z.enum(INTERVALS).optional().describe('of the candles that it looks at'),
    method: z.enum(PAIR_METHODS).optional().describe('of the hedge ratio, for rules of pairs'),
    window: z.int().optional().describe('how many 1m candles it looks back on'),
    shortWindow: z.int().optional().describe('of volatility: the short window, in 1m candles'),
    above: z.number().optional().describe('fires above it, in the kind’s unit'),
    below: z.number().optional().describe('fires below it, in the kind’s unit'),
    hysteresis: z.number().describe('how far a value must come back behind the bound to resolve'),
    cooldownMs: z.int().describe('how long it is silent after firing, in milliseconds of event time'),
    builtIn: z.boolean().optional().describe('true: it came with the product, and nobody has replaced it')
  })
  .meta({ id: 'AlertRule', description: 'What raises alerts' })

export const gap = z
  .object({
    ...instrument,
    fromId: z.string().describe('first trade id that no stream carried'),
    toId: z.string().describe('last one, inclusive'),
    count: count('how many they are'),
    detectedAt: epoch('when it was discovered'),
    status: z.enum(['open', 'filled', 'unrecoverable']).describe('filled from history, or known to be lost; else open'),
    cause: z.enum(['disconnect', 'restart', 'skipped']).describe('why the stream did not carry them'),
    closedAt: epoch('when it was filled or given up; null: it is open').nullable(),
    reason: z
      .enum(['refused', 'unanswered'])
      .optional()
      .describe('why it was given up though history may have it; absent: history does not have it'),
    httpStatus: z.int().optional().describe('what history refused with'),
    epoch: idEpoch
  })
  .meta({ id: 'Gap', description: 'A hole in the trade ids of an instrument' })

const feed = z
  .object({
    ...instrument,
    ...exchangeStatus,
    lastTradeTime: epoch('time of the newest trade; null: none was heard of').nullable(),
    watermark: epoch('up to when windows are closed; null: none is').nullable(),
    wholeTo: epoch('up to when no trade is missing; null: never').nullable(),
    contiguousToId: z.string().nullable().describe('trade id up to which none is missing; null: never'),
    idsDoubtedSince: epoch('since when its trade ids may have begun anew; null: they have not').nullable(),
    dataAgeMs: z.int().nullable().describe('how old the newest data is; null: none was heard of'),
    gapsOpen: count('holes that are being filled'),
    gapsFilled: count('holes that history has filled'),
    gapsUnrecoverable: count('holes that history does not have either'),
    missingTrades: count('trades in all holes that are not filled'),
    revisedCandles: count('candles that were corrected after their final'),
    verifiedTo: epoch('up to when every candle equals the exchange’s own; null: none was compared').nullable(),
    differing: count('candles that differ from the exchange’s own')
  })
  .meta({ id: 'FeedStatus', description: 'How far one feed is whole and verified' })

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
    symbols: z.array(feed).describe('every feed'),
    lag: z.array(lag).describe('every consumer group, by partition')
  })
  .meta({ id: 'Status', description: 'How far everything is' })

const served = z
  .object({
    ...instrument,
    intervals: z.array(z.enum(INTERVALS)).describe('of its candles'),
    simulated: z.boolean().describe('true: its market is made up here'),
    ...exchangeStatus
  })
  .meta({ id: 'Instrument', description: 'An instrument that is served' })

export const instruments = z.object({ ...age, instruments: z.array(served).describe('all of them') })

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
