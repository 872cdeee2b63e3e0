import { ApiError } from './api.ts'

/** What went wrong with a request, in the gateway's words: every bad field, or the whole of it. */
export const problemsOf = (error: unknown): readonly string[] => {
  if (!(error instanceof ApiError)) return ['the gateway does not answer; try again when it is back']
  const fields = error.errors.map(({ field, detail }) => `${field}: ${detail}`)
  return fields.length > 0 ? fields : [error.message]
}
