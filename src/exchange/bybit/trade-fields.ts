import type { Trade } from '../../market/records/feed/trade.ts'
import { flag, oneOf } from '../fields.ts'

/** What it marks as a block trade, or as one of a retail price improvement; the latter is younger than the field. */
export const flagsOf = (
  block: readonly [name: string, value: unknown],
  improved: readonly [name: string, value: unknown]
): Pick<Trade, 'flags'> => {
  const isBlock = flag(...block)
  const isImproved = improved[1] !== undefined && flag(...improved)
  const flags = [...(isBlock ? ['block' as const] : []), ...(isImproved ? ['rpi' as const] : [])]
  return flags.length === 0 ? {} : { flags }
}

/** It says the taker's. */
export const takerSide = (name: string, value: unknown): Trade['side'] =>
  oneOf(name, value, ['Buy', 'Sell']) === 'Buy' ? 'buy' : 'sell'
