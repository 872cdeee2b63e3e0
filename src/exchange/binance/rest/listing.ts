import type { Exchange } from '../../exchange.ts'
import { fail, isFields, word } from '../../fields.ts'
import { nativeSymbol } from '../native-symbol.ts'

const COST = 20

/** Symbols that it names, or all: one that it does not know is an error of the whole request. */
const request: Exchange['listing']['request'] = instruments => ({
  path:
    instruments === null
      ? '/api/v3/exchangeInfo'
      : `/api/v3/exchangeInfo?symbols=${encodeURIComponent(JSON.stringify(instruments.map(nativeSymbol)))}`,
  cost: COST
})

const decode: Exchange['listing']['decode'] = (body, instruments) => {
  if (!isFields(body) || !Array.isArray(body.symbols)) return fail('exchangeInfo', body, 'an object with symbols')
  const rows: readonly unknown[] = body.symbols
  const states = new Map(rows.flatMap(row => (isFields(row) ? [[String(row.symbol), word(row.status)] as const] : [])))
  return instruments.map(of => (states.has(nativeSymbol(of)) ? states.get(nativeSymbol(of)) : null))
}

/** https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information */
export const binanceListing: Exchange['listing'] = { request, decode, suspended: ['BREAK'] }
