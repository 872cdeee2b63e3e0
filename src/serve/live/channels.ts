import { instrumentKey, parseInstrument } from '../../market/instrument.ts'
import { parsePair } from '../../market/pair.ts'
import type { Alert } from '../../market/records/alert/alert.ts'
import type { Composite } from '../../market/records/derived/composite.ts'

/** What can be subscribed to. */
export const CHANNELS = ['candles', 'indicators', 'kpis', 'pairs', 'composites', 'alerts', 'gaps', 'status'] as const

export type Channel = (typeof CHANNELS)[number]

/** What a subscription can be narrowed by. */
export const FILTER_FIELDS = ['exchange', 'symbol', 'interval', 'a', 'b', 'method', 'simulated'] as const

/** What of a channel is wanted; what is not named is all. */
export type Filter = { readonly [Field in (typeof FILTER_FIELDS)[number]]?: string | undefined }

/** Fields that records of a channel have. */
export const CHANNEL_FIELDS: Readonly<Record<Channel, readonly (keyof Filter)[]>> = {
  candles: ['exchange', 'symbol', 'interval'],
  indicators: ['exchange', 'symbol', 'interval'],
  kpis: ['exchange', 'symbol'],
  pairs: ['a', 'b', 'interval', 'method'],
  composites: ['symbol', 'simulated'],
  alerts: ['exchange', 'symbol', 'a', 'b'],
  gaps: ['exchange', 'symbol'],
  status: []
}

/** A record on its way to those who have subscribed. */
export type Update = {
  readonly channel: Channel
  readonly fields: Filter
  /** Records of which the newest says enough to a slow reader. */
  readonly series: string
  /** The record: what comes later under the same name takes its place. */
  readonly name: string
  readonly value: object
}

/** An alert is of an instrument or of a pair. */
export const alertFields = (alert: Alert): Filter =>
  'pair' in alert ? parsePair(alert.pair) : parseInstrument(alert.instrument)

/** A composite is of a symbol, not of an exchange. */
export const compositeFields = ({ symbol, simulated }: Pick<Composite, 'symbol' | 'simulated'>): Filter => ({
  symbol,
  simulated: String(simulated)
})

/** Where subscriptions to exactly one series are found. */
export const seriesKey = (channel: Channel, fields: Filter): string =>
  `${channel} ${CHANNEL_FIELDS[channel].map(field => fields[field] ?? '').join(' ')}`

/** Whether a filter names every field of its channel. */
export const isExact = (channel: Channel, filter: Filter): boolean =>
  CHANNEL_FIELDS[channel].length > 0 && CHANNEL_FIELDS[channel].every(field => filter[field] !== undefined)

export const matches = (channel: Channel, filter: Filter, fields: Filter): boolean =>
  CHANNEL_FIELDS[channel].every(field => filter[field] === undefined || filter[field] === fields[field])

type OfWindow = {
  readonly exchange: string
  readonly symbol: string
  readonly interval: string
  readonly openTime: number
}

/** A candle, or indicators of one, as an update. */
export const windowUpdate = (channel: 'candles' | 'indicators', value: OfWindow): Update => {
  const { exchange, symbol, interval, openTime } = value
  const fields = { exchange, symbol, interval }
  const series = seriesKey(channel, fields)
  return { channel, fields, series, name: `${series} ${openTime}`, value }
}

type OfInstrument = { readonly exchange: string; readonly symbol: string }

/** A record of an instrument as an update; `name` tells it from others of the same instrument. */
export const instrumentUpdate = (channel: 'kpis' | 'gaps', value: OfInstrument, name = ''): Update => ({
  channel,
  fields: { exchange: value.exchange, symbol: value.symbol },
  series: `${channel} ${instrumentKey(value)} ${name}`,
  name: `${channel} ${instrumentKey(value)} ${name}`,
  value
})
