import type { EpochMs } from '../time.ts'

/** Where something came from: a record of a topic, or a stream of an exchange. */
export type Origin =
  | { readonly topic: string; readonly partition: number; readonly offset: string }
  | { readonly exchange: string; readonly stream: string }

/** Something that could not be read or stored, with its exact bytes. */
export type DeadLetter = {
  /** The stage that could not read or store it. */
  readonly stage: string
  /** A short word for the kind of failure, for example `undecodable` or `late`. */
  readonly reason: string
  readonly detail: string
  readonly origin: Origin
  readonly receivedAt: EpochMs
  /** base64 */
  readonly payload: string
  /** Only when the payload was cut. */
  readonly truncated?: true
  /** Size of the whole payload in bytes, when it was cut. */
  readonly size?: number
}

/** Longest payload kept whole, in bytes. */
export const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
