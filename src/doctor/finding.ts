import type { Config } from '../runtime/config/config.ts'
import type { Logger } from '../runtime/observe/log.ts'

/** What one check found. `missing` keeps a stage from working; `note` is worth knowing. `todo` says what to do about it. */
export type Finding = {
  readonly part: string
  readonly state: 'ok' | 'note' | 'missing'
  readonly says: string
  readonly todo?: string
}

/** What a check may ask. */
type DoctorTarget = { readonly config: Config; readonly log: Logger; readonly signal: AbortSignal }

/** Looks at one part of what the stages need; never throws for what it can say. */
export type Check = (target: DoctorTarget) => Promise<readonly Finding[]>

/** Says why something failed, in the failure's own words. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message
}
