import type { Exchange } from '../../exchange/exchange.ts'
import type { Refusal } from '../../exchange/rest-interface.ts'
import { TickstreamError } from '../../market/error.ts'
import type { Instrument } from '../../market/instrument.ts'

/** What an exchange answered where it should have answered with data; the cause of the error that says so. */
export type Answered = { readonly httpStatus: number; readonly refusal: Refusal | null }

const isAnswered = (cause: unknown): cause is Answered =>
  typeof cause === 'object' && cause !== null && 'httpStatus' in cause && typeof cause.httpStatus === 'number'

/** The HTTP status that an error tells of; null where there was no answer, or another fault. */
export const statusOf = (error: unknown): number | null =>
  error instanceof TickstreamError && isAnswered(error.cause) ? error.cause.httpStatus : null

/** How the exchange has refused; null where it did not. */
export const refusalKind = (error: unknown): Refusal['kind'] | null =>
  error instanceof TickstreamError && isAnswered(error.cause) ? (error.cause.refusal?.kind ?? null) : null

/** True where the exchange finds fault with this request alone, mostly with its symbol. */
export const isRequestRefused = (error: unknown): boolean => {
  const kind = refusalKind(error)
  return kind === 'unknown-symbol' || kind === 'bad-request'
}

/** What an exchange's refusal of a symbol means for whoever typed it; any other error stays as it is. */
export const refusedSymbol = (error: unknown, { exchange, symbol }: Instrument): unknown =>
  refusalKind(error) === 'unknown-symbol'
    ? new TickstreamError('TS-CONFIG', `--symbol ${exchange}:${symbol}: ${exchange} has no such instrument`, {
        cause: error
      })
    : error

/** What a status by which an exchange refuses this address means, and what helps; null for any other. */
export const explainStatus = ({ refusals }: Exchange, status: number): string | null => {
  const meaning = refusals.get(status)
  return meaning === undefined ? null : `HTTP ${status}: ${meaning}`
}

/** The same of what a socket said when it was refused: `Unexpected server response: 451`. */
export const explainHandshake = (exchange: Exchange, words: string): string | null => {
  const status = /response: (\d{3})/.exec(words)?.[1]
  return status === undefined ? null : explainStatus(exchange, Number(status))
}
