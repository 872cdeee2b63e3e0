import type { DeadLetterReason } from '../market/records/dead-letter-reason.ts'
import type { ExchangeEvent } from './exchange.ts'
import { type Fields, FutureTime, isFields } from './fields.ts'

export type Unreadable = Extract<ExchangeEvent, { kind: 'unreadable' }>

const MAX_STREAM = 200
const MAX_DETAIL = 300

export const unreadable = (reason: DeadLetterReason, detail: string, stream: string): Unreadable => ({
  kind: 'unreadable',
  reason,
  detail: detail.slice(0, MAX_DETAIL),
  stream: stream.slice(0, MAX_STREAM)
})

/** What could not be read, by the error that says so. */
export const unreadableBy = (error: unknown, stream: string): Unreadable =>
  unreadable(error instanceof FutureTime ? 'future-time' : 'undecodable', (error as Error).message, stream)

/**
 * What a message of JSON tells, which must be an object; never throws: what neither JSON nor `decode` can read is `unreadable`.
 * `streamOf` names its stream where it can.
 */
export const decodeJson = (
  text: string,
  streamOf: (frame: Fields) => string,
  decode: (frame: Fields) => readonly ExchangeEvent[]
): readonly ExchangeEvent[] => {
  let frame: unknown
  try {
    frame = JSON.parse(text)
    return isFields(frame) ? decode(frame) : [unreadable('undecodable', 'not a JSON object', '')]
  } catch (error) {
    return [unreadableBy(error, isFields(frame) ? streamOf(frame) : '')]
  }
}

/** What each value of a message tells, or why it cannot be read: the others count all the same. */
export const readEach = (
  values: readonly unknown[],
  stream: string,
  read: (value: unknown) => ExchangeEvent
): readonly ExchangeEvent[] =>
  values.map(value => {
    try {
      return read(value)
    } catch (error) {
      return unreadableBy(error, stream)
    }
  })
