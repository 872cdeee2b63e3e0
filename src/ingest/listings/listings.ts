import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { SymbolPattern } from '../../runtime/config/symbol-pattern.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Rest } from '../transport/rest.ts'
import { type Absent, absentOf, createDelistingReporter, noteAbsent, reportAbsent, without } from './absent.ts'
import { type Ask, createAsk, createAskSessions, type ListAnswer } from './ask-list.ts'
import { expand } from './expand.ts'
import type { LookTimes } from './look-times.ts'
import { createListingsPublisher, type ListingsOptions } from './publish-listings.ts'
import { createStatusReporter } from './status-changes.ts'

/** What looking at an exchange's list works with. */
export type ListedOptions = ListingsOptions & {
  readonly rest: Rest
  readonly looks: LookTimes
  readonly clock: Clock
  readonly health: Health
  /** What it lists of these is followed as well. */
  readonly patterns?: readonly SymbolPattern[]
  /** Takes instruments up, once each. */
  readonly join: (instruments: readonly Instrument[]) => void
}

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
  const { looks } = options
  const ask = createAsk(options)
  const publish = createPublish(options)
  const reportDelisted = createDelistingReporter(options)
  const reportChanges = createStatusReporter(options.log)
  const first = await inTime(options, ask)
  let absent = joinFirst(options, first)
  if (first) reportChanges(instruments, first.statuses)
  let isPublished = await publish(first)
  for (;;) {
    await looks.wait(isPublished ? LOOK_AGAIN_MS : TRY_AGAIN_MS)
    instruments.push(...(await joinMatches(options)))
    const answer = await ask()
    if (answer !== null) {
      reportChanges(instruments, answer.statuses)
      const now = absentOf(options, answer)
      reportDelisted(without(options.instruments, absent), now)
      absent = joinPresent(options, absent, now)
    }
    isPublished = await publish(answer)
  }
}

/** Publishes an answer with the sessions of its instruments; false where there is none, or nobody knows whether the topics are there. */
const createPublish = (options: ListedOptions): ((answer: ListAnswer | null) => Promise<boolean>) => {
  const askSessions = createAskSessions(options)
  const publish = createListingsPublisher(options)
  return async answer => answer !== null && publish(answer, await askSessions(answer.listed))
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

const joinFirst = (options: ListedOptions, look: ListAnswer | null): readonly Absent[] => {
  const absent = look === null ? [] : absentOf(options, look)
  options.join(without(options.instruments, absent))
  reportAbsent(options, absent)
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
