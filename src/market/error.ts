import { ERRORS, type ErrorCode, exitCodeOf, outcomeOf } from './errors.ts'

/** What went wrong, by a code of `errors.ts`, which says what is done about it. */
export class TickstreamError extends Error {
  override readonly name = 'TickstreamError'
  readonly code: ErrorCode
  readonly retryable: boolean
  /** How long whoever failed wants to be left alone, in milliseconds; 0 when it did not say. */
  readonly retryAfterMs: number

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {}
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = ERRORS[code].outcome === 'retryable'
    this.retryAfterMs = options.retryAfterMs ?? 0
  }
}

/** Input that can never be used: it is taken out, and the rest goes on. */
export const isPoison = (error: unknown): error is TickstreamError =>
  error instanceof TickstreamError && outcomeOf(error) === 'poison'

/** Neither the input nor the settings are wrong: what is needed is missing, broken or away. */
export const isElsewhere = (error: TickstreamError): boolean => !isPoison(error) && exitCodeOf(error) !== 2
