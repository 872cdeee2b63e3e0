import pg from 'pg'

/** An error as the rules look at it. */
export type Fault = {
  /** SQLSTATE; empty: the database did not say anything, it was the way to it. */
  readonly state: string
  /** Node's own word, ECONNREFUSED say; empty where there is none. */
  readonly code: string
  readonly message: string
  /** The whole connection was refused or ended, not a statement. */
  readonly isFatal: boolean
  /** Who was asked: `PostgreSQL at db:5432`, or `PostgreSQL` where one connection of several is meant. */
  readonly where: string
}

/**
 * What to do about a fault. `wait`: it may pass by itself, and is tried again. `end`: somebody has to set something right.
 * `data`: these values can never be stored, by anybody.
 */
export type Rule = {
  readonly when: (fault: Fault) => boolean
  readonly verdict: 'wait' | 'end' | 'data'
  readonly describe: (fault: Fault) => string
  readonly todo?: string
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** What several ways to one host failed with: IPv6 and IPv4, say. */
const partsOf = (error: unknown): readonly unknown[] =>
  isObject(error) && Array.isArray(error.errors) && error.errors.length > 0 ? error.errors : []

const messageOf = (error: unknown): string => {
  const parts = partsOf(error)
  if (parts.length > 0) return [...new Set(parts.map(messageOf))].join(', ')
  return isObject(error) ? String(error.message || error.name) : String(error)
}

const codeOf = (error: unknown): string => {
  const [first] = partsOf(error)
  if (first !== undefined) return codeOf(first)
  return isObject(error) && error.code !== undefined ? String(error.code) : ''
}

export const faultOf = (error: unknown, where: string): Fault => {
  const isServers = error instanceof pg.DatabaseError && error.code !== undefined
  return {
    state: isServers ? String(error.code) : '',
    code: isServers ? '' : codeOf(error),
    message: messageOf(error),
    isFatal: error instanceof pg.DatabaseError && error.severity !== undefined && error.severity !== 'ERROR',
    where
  }
}
