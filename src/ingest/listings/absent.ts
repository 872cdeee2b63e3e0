import type { Exchange, ListedStatus } from '../../exchange/exchange.ts'
import type { ListedInstrument } from '../../exchange/listed-instrument.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { nearestSymbols } from './nearest-symbols.ts'

/** What the reports of absent instruments work with. */
type AbsentOptions = {
  readonly exchange: Exchange
  readonly instruments: readonly Instrument[]
  readonly health: Health
  readonly log: Logger
}

/** An instrument that the exchange does not list, or has suspended, and its words for why it is not followed. */
export type Absent = { readonly instrument: Instrument; readonly why: string }

/** What a look at the list has found, in the order of the instruments. */
type Found = { readonly statuses: readonly ListedStatus[]; readonly listed: readonly ListedInstrument[] }

export const absentOf = (
  { exchange, instruments }: Pick<AbsentOptions, 'exchange' | 'instruments'>,
  { statuses, listed }: Found
): readonly Absent[] =>
  instruments.flatMap((instrument, n) => {
    const status = statuses[n]
    if (status === undefined) return []
    if (status === null)
      return [{ instrument, why: `${exchange.id} does not list it${nearestWords(instrument, listed)}` }]
    return exchange.listing.suspended.includes(status)
      ? [{ instrument, why: `${exchange.id} has suspended it (${status})` }]
      : []
  })

const nearestWords = ({ exchange, symbol }: Instrument, listed: readonly ListedInstrument[]): string => {
  const near = nearestSymbols(symbol, listed).map(name => `${exchange}:${name}`)
  return near.length === 0 ? '' : `; nearest is ${near.join(', ')}`
}

export const without = (instruments: readonly Instrument[], absent: readonly Absent[]): readonly Instrument[] => {
  const left = new Set(absent.map(({ instrument }) => instrument))
  return instruments.filter(instrument => !left.has(instrument))
}

export const noteAbsent = ({ health }: Pick<AbsentOptions, 'health'>, absent: readonly Absent[]): void => {
  for (const { instrument, why } of absent) health.note(instrumentKey(instrument), `not followed: ${why}`)
}

/** One line for all of them. */
export const reportAbsent = (options: AbsentOptions, absent: readonly Absent[]): void => {
  noteAbsent(options, absent)
  if (absent.length === 0) return
  const names = absent.map(({ instrument, why }) => `${instrumentKey(instrument)}: ${why}`).join('; ')
  options.log.warn(
    { instruments: absent.map(({ instrument }) => instrumentKey(instrument)) },
    `not followed: ${names}. Correct SYMBOLS, or leave it: they are looked for every hour`
  )
}

/** Reports once each that is followed and has gone from the list, or was suspended, and once more when it is back. */
export const createDelistingReporter = ({ health, log }: Pick<AbsentOptions, 'health' | 'log'>) => {
  const reported = new Map<string, string>()
  return (followed: readonly Instrument[], absent: readonly Absent[]): void => {
    const whyOf = new Map(absent.map(({ instrument, why }) => [instrumentKey(instrument), why]))
    for (const key of followed.map(instrumentKey)) {
      const why = whyOf.get(key)
      if (why === reported.get(key)) continue
      health.note(key, why === undefined ? null : `followed, but ${why}`)
      if (why === undefined) {
        reported.delete(key)
        log.info({ instrument: key }, 'the exchange lists this instrument again')
      } else {
        reported.set(key, why)
        log.warn({ instrument: key }, `${key}: ${why}; it is followed on, should it come back`)
      }
    }
  }
}
