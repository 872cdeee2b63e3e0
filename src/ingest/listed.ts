import type { Exchange } from '../exchange/exchange.ts'
import { type Instrument, instrumentKey } from '../market/instrument.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Health } from '../runtime/health.ts'
import type { Logger } from '../runtime/log.ts'
import { statusOf } from './refusal.ts'
import type { Rest } from './rest.ts'

/** What looking at an exchange's list works with. */
export type ListedOptions = {
  readonly exchange: Exchange
  readonly instruments: readonly Instrument[]
  readonly rest: Rest
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
  readonly signal: AbortSignal
  /** Takes instruments up, once each. */
  readonly join: (instruments: readonly Instrument[]) => void
}

/** An instrument and why it is not followed. */
type Absent = { readonly of: Instrument; readonly why: string }

/** Answers in time or not at all: a start does not wait longer for it. */
const ANSWER_WITHIN_MS = 5_000
const LOOK_AGAIN_MS = 3_600_000

/**
 * Joins the instruments that the exchange lists, at once, and the others when they appear. Where its list cannot be read all are joined:
 * it is a help, not a condition.
 */
export const joinListed = async (options: ListedOptions): Promise<void> => {
  let absent = await firstLook(options)
  tellAbsent(options, absent)
  while (absent.length > 0) {
    await options.clock.sleep(LOOK_AGAIN_MS, options.signal)
    absent = await joinPresent(options, absent)
  }
}

const firstLook = async (options: ListedOptions): Promise<readonly Absent[]> => {
  const { instruments, clock, signal, join } = options
  const late = clock.sleep(ANSWER_WITHIN_MS, signal).then(() => null)
  const states = await Promise.race([stateOf(options, instruments), late])
  const absent = states === null ? [] : absentOf(options, instruments, states)
  const names = new Set(absent.map(({ of }) => instrumentKey(of)))
  join(instruments.filter(of => !names.has(instrumentKey(of))))
  return absent
}

/** Joins those that have appeared; the others are looked for again. */
const joinPresent = async (options: ListedOptions, absent: readonly Absent[]): Promise<readonly Absent[]> => {
  const instruments = absent.map(({ of }) => of)
  const states = await stateOf(options, instruments)
  if (states === null) return absent
  const still = absentOf(options, instruments, states)
  const names = new Set(still.map(({ of }) => instrumentKey(of)))
  const present = instruments.filter(of => !names.has(instrumentKey(of)))
  for (const of of present) {
    options.health.note(instrumentKey(of), null)
    options.log.info({ instrument: instrumentKey(of) }, 'the exchange lists this instrument now; following it')
  }
  if (present.length > 0) options.join(present)
  return still
}

/** The exchange's word for the state of each, null where it lists none; null where the list cannot be read. */
const stateOf = async (
  { exchange, rest, log, signal }: ListedOptions,
  instruments: readonly Instrument[]
): Promise<readonly (string | null)[] | null> => {
  const { listing } = exchange
  try {
    const body = await rest.ask(listing.request(instruments)).catch(error => {
      // One that it does not know spoils the request: its whole list tells which.
      if (statusOf(error) === 400) return rest.ask(listing.request(null))
      throw error
    })
    return listing.decode(body, instruments)
  } catch (error) {
    if (!signal.aborted) log.debug({ err: error }, "the exchange's list cannot be read; SYMBOLS are taken as they are")
    return null
  }
}

const absentOf = (
  { exchange }: ListedOptions,
  instruments: readonly Instrument[],
  states: readonly (string | null)[]
): readonly Absent[] =>
  instruments.flatMap((of, n) => {
    const state = states[n] ?? null
    if (state === null) return [{ of, why: `${exchange.id} does not list it` }]
    return exchange.listing.suspended.includes(state) ? [{ of, why: `${exchange.id} has suspended it (${state})` }] : []
  })

/** One line for all of them. */
const tellAbsent = ({ log, health }: ListedOptions, absent: readonly Absent[]): void => {
  for (const { of, why } of absent) health.note(instrumentKey(of), `not followed: ${why}`)
  if (absent.length === 0) return
  const names = absent.map(({ of, why }) => `${instrumentKey(of)}: ${why}`).join('; ')
  log.warn(
    { instruments: absent.map(({ of }) => instrumentKey(of)) },
    `not followed: ${names}. Correct SYMBOLS, or leave it: they are looked for every hour`
  )
}
