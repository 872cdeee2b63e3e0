import type { Trade } from '../../market/records/feed/trade.ts'
import { oneOf } from '../fields.ts'

/** Coinbase tells the maker's side, in the socket and in REST. */
export const takerSide = (makerSide: unknown): Trade['side'] =>
  oneOf('side', makerSide, ['buy', 'sell']) === 'buy' ? 'sell' : 'buy'
