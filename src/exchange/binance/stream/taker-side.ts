import type { Trade } from '../../../market/records/feed/trade.ts'
import { flag } from '../../fields.ts'

/** The taker's side: when the buyer is the maker, the taker sold. */
export const takerSide = (name: string, buyerIsMaker: unknown): Trade['side'] =>
  flag(name, buyerIsMaker) ? 'sell' : 'buy'
