import { readFileSync } from 'node:fs'
import type { Environment } from './environment.ts'

/** How the text of one variable becomes a value; `undefined` = not allowed. */
type Setting<T> = {
  readonly name: string
  readonly fallback: T
  /** What is allowed, for the message. */
  readonly allowed: string
  readonly parse: (text: string) => T | undefined
  /** Which part of it is not allowed, where only a part is. */
  readonly wrongPart?: (text: string) => string | undefined
  /** Never printed, and also read from the file that NAME_FILE names. */
  readonly secret?: boolean
}

/** Reads settings and gathers what is wrong with them, so that all of it can be told at once. */
export type SettingsReader = {
  readonly read: <T>(setting: Setting<T>) => T
  readonly complain: (problem: string) => void
  readonly problems: readonly string[]
}

/** An empty variable counts as one that is not set. */
export const readSettings = (env: Environment): SettingsReader => {
  const problems: string[] = []
  const complain = (problem: string): void => void problems.push(problem)
  const read = <T>(setting: Setting<T>): T => {
    const text = setting.secret ? secretText(env, setting.name, complain) : env[setting.name]
    if (text === undefined || text === '') return setting.fallback
    const value = setting.parse(text.trim())
    if (value !== undefined) return value
    const shown = setting.secret ? 'its value (not shown)' : (setting.wrongPart?.(text) ?? JSON.stringify(text))
    complain(`${setting.name}: ${shown} is not allowed; set it to ${setting.allowed}`)
    return setting.fallback
  }
  return { read, complain, problems }
}

const secretText = (env: Environment, name: string, complain: (problem: string) => void): string | undefined => {
  const file = env[`${name}_FILE`]
  if (!file) return env[name]
  if (env[name]) {
    complain(`${name} and ${name}_FILE: both are set; keep one of them`)
    return undefined
  }
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    complain(`${name}_FILE: "${file}" cannot be read (${reason(cause)}); set it to a file that holds the secret`)
    return undefined
  }
}

const reason = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : String(cause)
