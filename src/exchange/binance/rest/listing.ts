import type { Exchange } from '../../exchange.ts'
import { fail, isFields, word } from '../../fields.ts'
import type { BinanceMarket } from '../market.ts'

/** How a market's `exchangeInfo` tells of instruments. */
export const decodeListing =
  ({ native }: BinanceMarket): Exchange['listing']['decode'] =>
  (body, instruments) => {
    if (!isFields(body) || !Array.isArray(body.symbols)) return fail('exchangeInfo', body, 'an object with symbols')
    const rows: readonly unknown[] = body.symbols
    const states = new Map(
      rows.flatMap(row => (isFields(row) ? [[String(row.symbol), word(row.status)] as const] : []))
    )
    return instruments.map(of => (states.has(native(of)) ? states.get(native(of)) : null))
  }
