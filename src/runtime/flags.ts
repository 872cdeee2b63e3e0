import { TickstreamError } from '../market/error.ts'
import { parseTime } from '../market/parse-time.ts'
import type { EpochMs } from '../market/time.ts'

/** Options of a command, as Node's `parseArgs` gives them. */
export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

/** Options of a command as they are read, and what is wrong with them. */
export type Flags = { readonly values: OptionValues; readonly problems: string[] }

/** What a number may be. */
type Range = { readonly least: number; readonly above?: boolean; readonly whole?: boolean }

export const textFlag = ({ values }: Flags, name: string): string | null => {
  const value = values[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** The text of an option that has to be there. */
export const neededFlag = (flags: Flags, name: string, meaning: string): string => {
  const text = textFlag(flags, name)
  if (text === null) flags.problems.push(`--${name} is missing: ${meaning}`)
  return text ?? ''
}

export const isOn = ({ values }: Flags, name: string): boolean => values[name] === true

/** A number of at least `least`, or above it. */
export const numberFlag = (
  flags: Flags,
  name: string,
  fallback: number,
  { least, above = false, whole = false }: Range
): number => {
  const text = textFlag(flags, name)
  if (text === null) return fallback
  const value = text.trim() === '' ? Number.NaN : Number(text)
  const isAllowed = Number.isFinite(value) && (above ? value > least : value >= least)
  if (isAllowed && (!whole || Number.isSafeInteger(value))) return value
  flags.problems.push(
    `--${name} ${text}: give a ${whole ? 'whole ' : ''}number ${above ? 'above' : 'of at least'} ${least}`
  )
  return fallback
}

export const choiceFlag = <T extends string>(flags: Flags, name: string, allowed: readonly T[], fallback: T): T => {
  const text = textFlag(flags, name)
  const choice = text === null ? fallback : allowed.find(one => one === text)
  if (choice === undefined) flags.problems.push(`--${name} ${text}: give one of ${allowed.join(', ')}`)
  return choice ?? fallback
}

/** null where it is left out. */
export const timeFlag = (flags: Flags, name: string): EpochMs | null => {
  const text = textFlag(flags, name)
  const time = text === null ? null : parseTime(text)
  if (text !== null && time === null) flags.problems.push(`--${name} ${text}: give a time as 2024-08-09T00:00:00Z`)
  return time
}

/** A value by a parser that throws `TS-CONFIG`; null where the option is left out or wrong. */
export const parsedFlag = <T>(flags: Flags, name: string, parse: (text: string) => T): T | null => {
  const text = textFlag(flags, name)
  try {
    return text === null ? null : parse(text)
  } catch (error) {
    if (!(error instanceof TickstreamError)) throw error
    flags.problems.push(`--${name}: ${error.message}`)
    return null
  }
}

/** Throws one `TS-CONFIG` that lists everything wrong with the options. */
export const refuseProblems = ({ problems }: Flags, command: string): void => {
  if (problems.length === 0) return
  const list = problems.map(problem => `  ${problem}`).join('\n')
  throw new TickstreamError('TS-CONFIG', `${command} cannot begin:\n${list}`)
}
