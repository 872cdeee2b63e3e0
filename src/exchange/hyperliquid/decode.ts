import type { Instrument } from '../../market/instrument.ts'
import type { EpochMs } from '../../market/time.ts'
import { decodeJson, readEach, unreadable } from '../decode-json.ts'
import type { Exchange, ExchangeEvent } from '../exchange.ts'
import { type Fields, fail, isFields, time, type Unchecked } from '../fields.ts'
import { readTrade } from './trade.ts'
import type { HyperliquidMessage, HyperliquidTrade } from './wire.ts'

type Streams = ReadonlyMap<string, Instrument>

/** The one message that is no JSON; not every one of its servers sends it. */
const GREETING = 'Websocket connection established.'

const tradeEvent = (data: Unchecked<HyperliquidTrade>, instrument: Instrument, receivedAt: EpochMs): ExchangeEvent => {
  const trade = readTrade(data, instrument, { time: time('time', data.time, receivedAt), receivedAt }, 'stream')
  return { kind: 'trade', trade, time: trade.time }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const coinOf = (value: unknown): string => (isFields(value) && typeof value.coin === 'string' ? value.coin : '')

const confirmation = (data: unknown): ExchangeEvent => {
  const { subscription } = isFields(data) ? data : {}
  if (!isFields(subscription)) return fail('subscription', subscription, 'an object')
  return { kind: 'reply', id: null, error: null, streams: [coinOf(subscription)] }
}

/** `Invalid subscription {"type":…}`: it names what it refuses where it could read that. */
const refusal = (data: unknown): ExchangeEvent => {
  const error = typeof data === 'string' ? data : fail('data', data, 'words')
  const stream = coinOf(parsed(error.slice(error.indexOf('{'))))
  return { kind: 'reply', id: null, error, ...(stream !== '' && { streams: [stream] }) }
}

const tradesMessage = (data: unknown, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] => {
  if (!Array.isArray(data)) return fail('data', data, 'a list')
  return readEach(data, coinOf(data[0]), value => {
    if (!isFields(value)) return fail('data', value, 'an object')
    const stream = coinOf(value)
    const instrument = byStream.get(stream)
    return instrument
      ? tradeEvent(value, instrument, receivedAt)
      : unreadable('unknown_stream', 'nobody subscribed to it', stream)
  })
}

const decodeFields = (frame: Fields, byStream: Streams, receivedAt: EpochMs): readonly ExchangeEvent[] => {
  const { channel, data }: Unchecked<HyperliquidMessage> = frame
  if (channel === 'trades') return tradesMessage(data, byStream, receivedAt)
  if (channel === 'pong') return [{ kind: 'alive' }]
  if (channel === 'subscriptionResponse') return [confirmation(data)]
  if (channel === 'error') return [refusal(data)]
  return [
    unreadable('unknown_event', `channel: ${JSON.stringify(channel)?.slice(0, 80)} is not known`, streamOf(frame))
  ]
}

/** That of the first value, since a message is of one coin. */
const streamOf = ({ data }: Fields): string => coinOf(Array.isArray(data) ? data[0] : data)

/** Decodes one message; never throws: what is no market data is `unreadable`, with the reason. */
export const decodeFrame: Exchange['decode'] = (text, byStream, receivedAt) =>
  text === GREETING
    ? [{ kind: 'alive' }]
    : decodeJson(text, streamOf, frame => decodeFields(frame, byStream, receivedAt))
