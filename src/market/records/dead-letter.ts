import type { EpochMs } from '../time.ts'
import { count, id, mark, optional, prose, type RecordTable, record, text, time } from './fields.ts'

/** Where something came from: a record of a topic, or a stream of an exchange. */
export type Origin =
  | { readonly topic: string; readonly partition: number; readonly offset: string }
  | { readonly exchange: string; readonly stream: string }

const ORIGIN: RecordTable<Origin> = {
  name: 'Origin',
  doc: 'Where something came from: a record of a topic, or a stream of an exchange',
  fields: {
    topic: optional(text('name of the topic'), 'it was a record'),
    partition: optional(count('partition of the record'), 'it was a record'),
    offset: optional(text('offset of the record'), 'it was a record'),
    exchange: optional(id('id of the exchange'), 'it was a frame of a stream'),
    stream: optional(text('name of the stream'), 'it was a frame of a stream')
  }
}

/** Something that could not be read or stored, with its exact bytes. */
export type DeadLetter = {
  readonly stage: string
  readonly reason: string
  readonly detail: string
  readonly origin: Origin
  readonly receivedAt: EpochMs
  readonly payload: string
  readonly truncated?: true
  readonly size?: number
}

export const DEAD_LETTER: RecordTable<DeadLetter> = {
  name: 'DeadLetter',
  doc: 'Something that could not be read or stored, with its exact bytes',
  fields: {
    stage: text('the stage that could not read or store it'),
    reason: text('why, in a word that docs/errors.md explains, for example undecodable or late'),
    detail: prose('what was wrong, in words'),
    origin: record(ORIGIN, 'where it came from'),
    receivedAt: time('when the stage received it'),
    payload: prose('its bytes', 'base64'),
    truncated: mark('the payload is only the beginning', 'it was cut'),
    size: optional(count('size of the whole payload', 'bytes'), 'it was cut')
  }
}

/** Longest payload kept whole, in bytes. */
export const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
