import type { Instrument } from '../../market/instrument.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { decodeJson, readEach, unreadable } from '../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../exchange.ts'
import { anyTime, type Fields, fail, isFields, time, type Unchecked } from '../fields.ts'
import { readCandle } from './candle.ts'
import { klineStream, TEST, tradeStream } from './names.ts'
import { readTrade } from './trade.ts'
import type { DeribitCandle, DeribitReply, DeribitTrade } from './wire.ts'

type Streams = ReadonlyMap<string, Instrument>

const tradeEvent = (value: unknown, instrument: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  if (!isFields(value)) return fail('data', value, 'an object')
  const data: Unchecked<DeribitTrade> = value
  const trade = readTrade(
    data,
    instrument,
    { time: time('timestamp', data.timestamp, receivedAt), receivedAt },
    'stream'
  )
  return { kind: 'trade', trade, time: trade.time }
}

/** It never says that a candle has closed, nor when a message was sent: history tells of the minute that is over. */
const klineEvent = (value: unknown, instrument: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  if (!isFields(value)) return fail('data', value, 'an object')
  const data: Unchecked<DeribitCandle> = value
  const kline = readCandle(data, instrument, '1m', time('tick', data.tick, receivedAt))
  return { kind: 'kline', kline, closed: false, time: kline.openTime }
}

const channelMessage = (params: Fields, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] => {
  const { data } = params
  const stream = channelOf(params)
  const instrument = byStream.get(stream)
  if (!instrument) return [unreadable('unknown_stream', 'nobody subscribed to it', stream)]
  if (stream === klineStream(instrument)) return [klineEvent(data, instrument, receivedAt)]
  if (stream !== tradeStream(instrument))
    return [unreadable('unknown_event', 'it is neither of trades nor of candles', stream)]
  if (!Array.isArray(data)) return fail('data', data, 'a list')
  return readEach(data, stream, value => tradeEvent(value, instrument, receivedAt))
}

/** The channels that it could subscribe; those that it does not know are left out. */
const reply = ({ id, result, error, usOut }: Unchecked<DeribitReply>): ExchangeEvent => {
  const answer = {
    kind: 'reply' as const,
    id: typeof id === 'number' ? id : null,
    ...(usOut !== undefined && { time: epochMs(anyTime('usOut', usOut)) })
  }
  if (isFields(error)) return { ...answer, error: `${String(error.code)}: ${String(error.message)}` }
  return Array.isArray(result)
    ? { ...answer, error: null, streams: result.map(String) }
    : fail('result', result, 'a list')
}

const decodeFields = (frame: Fields, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] => {
  const { method, params, id, error } = frame
  if (method === 'subscription' && isFields(params)) return channelMessage(params, byStream, receivedAt)
  // It asks so of whoever has asked for its heartbeat.
  if (method === 'heartbeat') return [{ kind: 'challenge', answer: TEST }]
  if (id === 'test' && error === undefined) return [{ kind: 'alive' }]
  if (id !== undefined) return [reply(frame)]
  return [unreadable('undecodable', 'neither of a channel nor a reply', '')]
}

const channelOf = ({ channel }: Fields): string => (typeof channel === 'string' ? channel : '')

const streamOf = ({ params }: Fields): string => (isFields(params) ? channelOf(params) : '')

/** Decodes one message; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame: Exchange['decode'] = (text, byStream, receivedAt) =>
  decodeJson(text, streamOf, frame => decodeFields(frame, byStream, receivedAt))
