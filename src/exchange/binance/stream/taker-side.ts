import type { Trade } from '../../../market/records/feed/trade.ts'
import { fail } from '../../fields.ts'

/** The taker's side: when the buyer is the maker, the taker sold. */
export const takerSide = (name: string, buyerIsMaker: unknown): Trade['side'] =>
  typeof buyerIsMaker === 'boolean' ? (buyerIsMaker ? 'sell' : 'buy') : fail(name, buyerIsMaker, 'true or false')
