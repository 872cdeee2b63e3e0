import { TickstreamError } from '../../market/error.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { Config } from '../../runtime/config/config.ts'

/** SYMBOLS for a command that asks no exchange what it lists. Throws `TS-CONFIG` where a pattern is among them. */
export const plainSymbols = ({ symbols, symbolPatterns }: Config, command: string): readonly Instrument[] => {
  const [pattern] = symbolPatterns
  if (pattern === undefined) return symbols
  throw new TickstreamError(
    'TS-CONFIG',
    `${command}: SYMBOLS has ${pattern.text}; name the instruments for this command`
  )
}
