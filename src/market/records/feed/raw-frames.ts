import type { EpochMs } from '../../time.ts'
import { count, INSTRUMENT, id, type RecordTable, text, time } from '../fields.ts'

/** Messages of one connection to an exchange, as they came and went, before anything was made of them. */
export type RawFrames = {
  readonly exchange: string
  readonly connection: string
  readonly receivedAt: EpochMs
  readonly count: number
  readonly frames: string
}

export const RAW_FRAMES: RecordTable<RawFrames> = {
  name: 'RawFrames',
  doc: 'Messages of one connection to an exchange, as they came and went, before anything was made of them',
  fields: {
    exchange: INSTRUMENT.exchange,
    connection: id('which connection it was: the start of the run in epoch milliseconds, and its number'),
    receivedAt: time('when the first of them came, by the clock of the machine that received it'),
    count: count('how many messages there are'),
    frames: text(
      'lines of `<receive time ns> <message>`, a `>` before what was sent to the exchange, compressed by zstd, as base64'
    )
  }
}
