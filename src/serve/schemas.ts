import { z } from 'zod'
import { ALERT_KINDS, ALERT_PRIORITIES, ALERT_STATES } from '../market/alert.ts'
import { CANDLE_STATUSES } from '../market/candle.ts'
import { INDICATOR_FIGURES } from '../market/indicators.ts'
import { INTERVALS } from '../market/interval.ts'
import { KPI_FIGURES } from '../market/kpi.ts'
import { PAIR_FIGURES, PAIR_METHODS } from '../market/pair-stats.ts'
import { LIVE_STATES } from './liveness.ts'

/** What the answers are, for those who read `/openapi.json`. Readers ignore fields that they do not know. */

const epoch = z.int().meta({ description: 'epoch milliseconds' })
const money = z.string().meta({ description: 'an exact decimal' })
const id = z.string().nullable()

const figures = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map(name => [name, z.number().nullable()])) as Record<Name, z.ZodNullable<z.ZodNumber>>

/** What every answer says of itself. */
export const age = {
  state: z.enum(LIVE_STATES).meta({
    description: 'live; warming: what is newest is still being read; stalled: the broker is silent, and this may be old'
  }),
  ageMs: z
    .int()
    .nullable()
    .meta({ description: 'how long ago this was known to be the newest there is; null: not since the start' }),
  dataAgeMs: z
    .int()
    .nullable()
    .optional()
    .meta({ description: 'how old the newest data of the instrument is; null: none was heard of' })
}

const instrument = { exchange: z.string(), symbol: z.string() }

export const candle = z
  .object({
    ...instrument,
    interval: z.enum(INTERVALS),
    openTime: epoch,
    closeTime: epoch,
    open: money,
    high: money,
    low: money,
    close: money,
    volume: money,
    quoteVolume: money,
    tradeCount: z.int(),
    takerBuyVolume: money,
    takerBuyQuoteVolume: money,
    firstTradeId: id,
    lastTradeId: id,
    revision: z.int().meta({ description: '0 until and including the first final; -1: the exchange’s own candle' }),
    final: z.boolean(),
    status: z.enum(CANDLE_STATUSES),
    missing: z.int().optional()
  })
  .meta({ id: 'Candle' })

export const indicators = z
  .object({
    ...instrument,
    interval: z.enum(INTERVALS),
    openTime: epoch,
    final: z.boolean(),
    revision: z.int(),
    ...figures(INDICATOR_FIGURES),
    standIn: z.boolean().optional()
  })
  .meta({ id: 'Indicators' })

export const kpi = z.object({ ...instrument, time: epoch, ...figures(KPI_FIGURES) }).meta({ id: 'Kpi' })

export const pairStats = z
  .object({
    a: z.string(),
    b: z.string(),
    interval: z.enum(INTERVALS),
    openTime: epoch,
    window: z.int(),
    method: z.enum(PAIR_METHODS),
    ...figures(PAIR_FIGURES),
    cointegrated: z.boolean().nullable(),
    standIn: z.boolean().optional()
  })
  .meta({ id: 'PairStats' })

export const alert = z
  .object({
    id: z.string(),
    rule: z.string(),
    kind: z.enum(ALERT_KINDS),
    priority: z.enum(ALERT_PRIORITIES),
    instrument: z.string().optional(),
    pair: z.string().optional(),
    time: epoch,
    value: z.number().nullable(),
    threshold: z.number(),
    state: z.enum(ALERT_STATES),
    message: z.string()
  })
  .meta({ id: 'Alert' })

export const alertRule = z
  .object({
    name: z.string(),
    kind: z.enum(ALERT_KINDS),
    enabled: z.boolean(),
    priority: z.enum(ALERT_PRIORITIES),
    instrument: z.string().optional(),
    pair: z.string().optional(),
    interval: z.enum(INTERVALS).optional(),
    method: z.enum(PAIR_METHODS).optional(),
    window: z.int().optional(),
    shortWindow: z.int().optional(),
    above: z.number().optional(),
    below: z.number().optional(),
    hysteresis: z.number(),
    cooldownMs: z.int(),
    builtIn: z.boolean().optional()
  })
  .meta({ id: 'AlertRule' })

export const gap = z
  .object({
    ...instrument,
    fromId: z.string(),
    toId: z.string(),
    count: z.int(),
    detectedAt: epoch,
    status: z.enum(['open', 'filled', 'unrecoverable']),
    cause: z.enum(['disconnect', 'restart', 'skipped']),
    closedAt: epoch.nullable()
  })
  .meta({ id: 'Gap' })

const feed = z
  .object({
    ...instrument,
    lastTradeTime: epoch.nullable(),
    watermark: epoch.nullable(),
    wholeTo: epoch.nullable(),
    contiguousToId: id,
    dataAgeMs: z.int().nullable(),
    gapsOpen: z.int(),
    gapsFilled: z.int(),
    gapsUnrecoverable: z.int(),
    missingTrades: z.int(),
    revisedCandles: z.int(),
    verifiedTo: epoch.nullable(),
    differing: z.int()
  })
  .meta({ id: 'FeedStatus' })

export const status = z
  .object({
    now: epoch,
    ...age,
    simulated: z.boolean(),
    symbols: z.array(feed),
    lag: z.array(z.object({ group: z.string(), topic: z.string(), partition: z.int(), lag: z.int() }))
  })
  .meta({ id: 'Status' })

export const instruments = z.object({
  ...age,
  instruments: z.array(z.object({ ...instrument, intervals: z.array(z.enum(INTERVALS)), simulated: z.boolean() }))
})

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional()
  })
  .meta({ id: 'Problem' })
