import { TickstreamError } from '../market/error.ts'
import type { OptionValues } from '../runtime/flags.ts'

const SOURCES = ['auto', 'binance', 'simulated'] as const
/** What `up` can start, in the order in which it names them. */
export const SERVERS = ['kafka', 'postgres'] as const

export type Source = (typeof SOURCES)[number]
export type ServerName = (typeof SERVERS)[number]

/** What `up` was asked for. */
export type UpOptions = {
  readonly source: Source
  /** Start these servers and nothing else. */
  readonly only: readonly ServerName[] | null
  readonly fresh: boolean
  readonly yes: boolean
}

/** Throws `TS-CONFIG` for a value that does not exist. */
export const readUpOptions = (values: OptionValues): UpOptions => {
  const source = values.source ?? 'auto'
  const only = typeof values.only === 'string' ? values.only.split(',').map(name => name.trim()) : null
  return {
    source: requireOneOf('--source', String(source), SOURCES),
    only: only?.map(name => requireOneOf('--only', name, SERVERS)) ?? null,
    fresh: values.fresh === true,
    yes: values.yes === true
  }
}

const requireOneOf = <T extends string>(flag: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find(name => name === value)
  if (found !== undefined) return found
  throw new TickstreamError('TS-CONFIG', `${flag} "${value}" is not allowed; use ${allowed.join(', ')}`)
}
