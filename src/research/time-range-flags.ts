import type { Exchange } from '../exchange/exchange.ts'
import { exchangeById } from '../exchange/registry.ts'
import { type Instrument, parseInstrument } from '../market/instrument.ts'
import { type EpochMs, epochMs, iso } from '../market/time.ts'
import { type Flags, neededFlag, parsedFlag, timeFlag } from '../runtime/flags.ts'

/** An instrument of an exchange that we know, from a time (inclusive) to another (exclusive). */
export type TimeRange = {
  readonly instrument: Instrument
  readonly exchange: Exchange
  readonly from: EpochMs
  readonly to: EpochMs
}

const TIME = 'give a time as 2024-08-09T00:00:00Z'

/** Reads `--symbol`, `--from` and `--to`, all of which are needed; null when something is wrong with them. */
export const timeRangeFlags = (flags: Flags): TimeRange | null => {
  const problemsBefore = flags.problems.length
  neededFlag(flags, 'symbol', 'name an instrument as binance:BTC/USDT')
  for (const name of ['from', 'to']) neededFlag(flags, name, TIME)
  const found = parsedFlag(flags, 'symbol', text => {
    const instrument = parseInstrument(text)
    return { instrument, exchange: exchangeById(instrument.exchange, text) }
  })
  const [from, to] = [timeFlag(flags, 'from'), timeFlag(flags, 'to')]
  if (from !== null && to !== null && from >= to) flags.problems.push('--from is not before --to')
  if (flags.problems.length > problemsBefore || !found) return null
  return { ...found, from: from ?? epochMs(0), to: to ?? epochMs(0) }
}

/** The same range as it is typed. */
export const typed = ({ instrument, from, to }: Pick<TimeRange, 'instrument' | 'from' | 'to'>): string =>
  `--symbol ${instrument.exchange}:${instrument.symbol} --from ${iso(from)} --to ${iso(to)}`
