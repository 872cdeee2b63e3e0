import { multiplyDecimals } from '../../market/decimal.ts'
import { parsePrice } from '../../market/parse-decimal.ts'
import type { Exchange, ListedStatus } from '../exchange.ts'
import { isFields, type Unchecked, word } from '../fields.ts'
import { listedInstruments, turnovers } from '../listed-instrument.ts'
import type { RestRequest } from '../rest-interface.ts'
import { type InstType, instId, instType, TYPES } from './names.ts'
import { dataOf } from './rest.ts'
import type { OkxInstrument } from './wire.ts'

const listOf = (type: InstType): RestRequest => ({ path: `/api/v5/public/instruments?instType=${type}`, cost: 1 })

/** What a contract holds: of the base currency where it is linear, of the quote currency where it is inverse; null where it says anything else. */
const contractSize = (row: Unchecked<OkxInstrument>, held: unknown): string | null => {
  const [value, times] = [parsePrice(row.ctVal), parsePrice(row.ctMult)]
  return value !== null && times !== null && row.ctValCcy === held ? multiplyDecimals(value, times) : null
}

/** Contracts name their currencies by what they follow, and end on the day that stands in their name. */
const readContract = (row: Unchecked<OkxInstrument>) => {
  const [, base, quote] = /^([^-]+)-([^-]+)$/.exec(String(row.uly)) ?? []
  return {
    ...readCommon(row),
    base,
    quote,
    settle: row.settleCcy,
    ending: /-(\d{6})$/.exec(String(row.instId))?.[1] ?? null,
    // Lots are of contracts.
    lotSize: null,
    contractSize: contractSize(row, row.settleCcy === base ? quote : base)
  }
}

const readCommon = (row: Unchecked<OkxInstrument>) => ({
  native: row.instId,
  tickSize: row.tickSz,
  status: row.state,
  listedAt: row.listTime,
  expiresAt: row.expTime
})

const readPair = (row: Unchecked<OkxInstrument>) => ({
  ...readCommon(row),
  base: row.baseCcy,
  quote: row.quoteCcy,
  lotSize: row.lotSz,
  minSize: row.minSz
})

const rowsOf = (body: unknown) => dataOf(body).filter(isFields)

/** Of instruments of another list it says nothing. */
const decode: Exchange['listing']['decode'] = (body, instruments) => {
  const rows = rowsOf(body)
  const states = new Map(rows.map(row => [String(row.instId), word(row.state)]))
  const type = rows[0]?.instType ?? 'SPOT'
  return instruments.map((instrument): ListedStatus => {
    const name = instId(instrument)
    if (states.has(name)) return states.get(name)
    return instType(instrument) === type ? null : undefined
  })
}

/** https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments */
export const okxListing: Exchange['listing'] = {
  // One list at a time: that of contracts, where there are any among what is asked for.
  request: asked => {
    const types = (asked ?? []).map(instType)
    return listOf(types.find(type => type !== 'SPOT') ?? 'SPOT')
  },
  decode,
  instruments: body =>
    listedInstruments(
      rowsOf(body),
      (row: Unchecked<OkxInstrument>) => (row.ctVal ? readContract(row) : readPair(row)),
      symbol => instId({ exchange: 'okx', symbol })
    ),
  others: TYPES.filter(type => type !== 'SPOT').map(listOf),
  // Of contracts it tells it in other units: they are not ranked.
  turnover: {
    requests: [{ path: '/api/v5/market/tickers?instType=SPOT', cost: 1 }],
    decode: (body, listed) =>
      turnovers(dataOf(body), listed, { native: 'instId', turnover: 'volCcy24h', price: 'last' })
  },
  suspended: ['suspend', 'preopen', 'test']
}
