import { STATUS_CODES } from 'node:http'

/** One field that is not as it must be, and what is wrong with it. */
export type FieldProblem = { readonly field: string; readonly detail: string }

/** Details of fields that are not there, and of such as there are none of. */
export const MISSING = 'is missing'
export const UNKNOWN = 'there is no such parameter'

/** What is wrong with a request, in words that say what to do: https://www.rfc-editor.org/rfc/rfc9457 */
export class Problem extends Error {
  readonly status: number
  readonly errors: readonly FieldProblem[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    detail: string,
    errors: readonly FieldProblem[] = [],
    headers: Readonly<Record<string, string>> = {}
  ) {
    super(detail)
    this.status = status
    this.errors = errors
    this.headers = headers
  }
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** A problem as it is sent. */
export const problemBody = ({ status, message, errors }: Problem): object => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail: message,
  ...(errors.length > 0 ? { errors } : {})
})
