/** What went wrong, in a form that says what to do next: `retryable` for back-off, otherwise a bug, bad data or bad configuration. */
export class TickstreamError extends Error {
  override readonly name = 'TickstreamError'
  readonly code: ErrorCode
  readonly retryable: boolean
  /** How long whoever failed wants to be left alone, in milliseconds; 0 when it did not say. */
  readonly retryAfterMs: number

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly retryable?: boolean; readonly retryAfterMs?: number; readonly cause?: unknown } = {}
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.retryable = options.retryable ?? false
    this.retryAfterMs = options.retryAfterMs ?? 0
  }
}

/** `config`: settings or usage (exit code 2). `data`: a record nobody can read. `environment`: something we need is missing or down. */
export type ErrorCode = 'config' | 'data' | 'environment'
