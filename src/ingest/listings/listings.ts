import type { Exchange } from '../../exchange/exchange.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { SymbolPattern } from '../../runtime/config/symbol-pattern.ts'
import type { Health } from '../../runtime/observe/health.ts'
import { isRequestRefused } from '../transport/refusal.ts'
import type { Rest } from '../transport/rest.ts'
import { type Absent, absentOf, createLostTeller, noteAbsent, tellAbsent, without } from './absent.ts'
import { expand } from './expand.ts'
import { createListingsPublisher, type ListAnswer, type ListingsOptions } from './publish-listings.ts'

/** What looking at an exchange's list works with. */
export type ListedOptions = ListingsOptions & {
  readonly exchange: Exchange
  readonly rest: Rest
  readonly clock: Clock
  readonly health: Health
  /** What it lists of these is followed as well. */
  readonly patterns?: readonly SymbolPattern[]
  /** Takes instruments up, once each. */
  readonly join: (instruments: readonly Instrument[]) => void
}

/** Asks the exchange; null where its list cannot be read. */
type Ask = () => Promise<ListAnswer | null>

/** Answers in time or not at all: a start does not wait longer for it. */
const ANSWER_WITHIN_MS = 5_000
const LOOK_AGAIN_MS = 3_600_000
const TRY_AGAIN_MS = 300_000

/**
 * Joins the instruments that the exchange lists, at once, and the others when they appear; tells once an hour what it says of all of them.
 * Where its list cannot be read all are joined: it is a help, not a condition. What is followed stays so, whatever the list says of it.
 */
export const joinListed = async (asked: ListedOptions): Promise<void> => {
  // Grows by what appears.
  const instruments = [...asked.instruments]
  const options = { ...asked, instruments }
  const { clock, signal } = options
  const ask = createAsk(options)
  const publish = createListingsPublisher(options)
  const tellLost = createLostTeller(options)
  const first = await inTime(options, ask)
  let absent = joinFirst(options, first)
  let isTold = first !== null && (await publish(first))
  for (;;) {
    await clock.sleep(isTold ? LOOK_AGAIN_MS : TRY_AGAIN_MS, signal)
    instruments.push(...(await joinMatches(options)))
    const answer = await ask()
    if (answer !== null) {
      const now = absentOf(options, answer)
      tellLost(without(options.instruments, absent), now)
      absent = joinPresent(options, absent, now)
    }
    isTold = answer !== null && (await publish(answer))
  }
}

const inTime = ({ clock, signal }: ListedOptions, ask: Ask): Promise<ListAnswer | null> =>
  Promise.race([ask(), clock.sleep(ANSWER_WITHIN_MS, signal).then(() => null)])

/** Joins what the exchange lists now of the patterns, and is not known yet. */
const joinMatches = async (options: ListedOptions): Promise<readonly Instrument[]> => {
  const { instruments, patterns = [], log, signal } = options
  if (patterns.length === 0) return []
  try {
    const found = await expand({ ...options, patterns })
    const known = new Set(instruments.map(instrumentKey))
    const all = new Map(
      found.flatMap(match => match.instruments).map(instrument => [instrumentKey(instrument), instrument])
    )
    const fresh = [...all].filter(([key]) => !known.has(key)).map(([, instrument]) => instrument)
    if (fresh.length === 0) return []
    log.info({ instruments: fresh.map(instrumentKey) }, 'SYMBOLS means these as well now; following them')
    options.join(fresh)
    return fresh
  } catch (error) {
    if (!signal.aborted) log.debug({ err: error }, "the exchange's list cannot be read; SYMBOLS means what it meant")
    return []
  }
}

/** One that the exchange does not know spoils a request that names it: once there is one, its whole list is asked for. */
const createAsk = ({ exchange, instruments, rest, clock, log, signal }: ListedOptions): Ask => {
  const { listing } = exchange
  let isEachListed = true
  return async () => {
    const askedAt = clock.now()
    try {
      const body = await rest.ask(listing.request(isEachListed ? instruments : null)).catch(error => {
        if (isEachListed && isRequestRefused(error)) return rest.ask(listing.request(null))
        throw error
      })
      const statuses = listing.decode(body, instruments)
      isEachListed = !statuses.includes(null)
      return { statuses, askedAt, listed: listing.instruments(body) }
    } catch (error) {
      if (!signal.aborted)
        log.debug({ err: error }, "the exchange's list cannot be read; what was known of SYMBOLS stands")
      return null
    }
  }
}

const joinFirst = (options: ListedOptions, look: ListAnswer | null): readonly Absent[] => {
  const absent = look === null ? [] : absentOf(options, look)
  options.join(without(options.instruments, absent))
  tellAbsent(options, absent)
  return absent
}

/** Joins those that have appeared; the others are looked for again. */
const joinPresent = (options: ListedOptions, absent: readonly Absent[], now: readonly Absent[]): readonly Absent[] => {
  const instruments = absent.map(({ instrument }) => instrument)
  const still = now.filter(({ instrument }) => instruments.includes(instrument))
  const present = without(instruments, still)
  noteAbsent(options, still)
  for (const instrument of present) {
    options.health.note(instrumentKey(instrument), null)
    options.log.info({ instrument: instrumentKey(instrument) }, 'the exchange lists this instrument now; following it')
  }
  if (present.length > 0) options.join(present)
  return still
}
