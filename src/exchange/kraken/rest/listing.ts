import type { Exchange, ListedStatus } from '../../exchange.ts'
import { isFields, type Unchecked, word } from '../../fields.ts'
import { listedInstruments, stepOfDecimals } from '../../listed-instrument.ts'
import { isTokenized, pairName, symbolOf } from '../names.ts'
import type { KrakenPair } from '../wire.ts'
import { resultOf } from './result.ts'

const PATH = '/0/public/AssetPairs'
const TOKENIZED = { path: `${PATH}?aclass_base=tokenized_asset`, cost: 1 }
/** An address holds not many more. */
const MAX_NAMED = 100

/** One that it does not know is an error of the whole request. Tokenized assets are listed apart, where nothing else is asked for. */
const request: Exchange['listing']['request'] = asked => {
  if (asked?.length && asked.every(isTokenized)) return TOKENIZED
  const others = asked?.filter(instrument => !isTokenized(instrument)) ?? []
  return {
    path: others.length === 0 || others.length > MAX_NAMED ? PATH : `${PATH}?pair=${others.map(pairName).join(',')}`,
    cost: 1
  }
}

const decode: Exchange['listing']['decode'] = (body, asked) => {
  const pairs = Object.values(resultOf(body)).filter(isFields)
  const states = new Map(
    pairs.map(({ wsname, status }: Unchecked<KrakenPair>): readonly [string, ListedStatus] => [
      symbolOf(String(wsname)),
      word(status)
    ])
  )
  const hasTokenized = pairs.some(({ aclass_base }) => aclass_base === 'tokenized_asset')
  // Without their list nothing is known of tokenized assets.
  const unlisted = (instrument: (typeof asked)[number]): ListedStatus =>
    isTokenized(instrument) && !hasTokenized ? undefined : null
  return asked.map(instrument => (states.has(instrument.symbol) ? states.get(instrument.symbol) : unlisted(instrument)))
}

const instruments: Exchange['listing']['instruments'] = body =>
  listedInstruments(
    Object.values(resultOf(body)),
    (pair: Unchecked<KrakenPair>) => {
      const [base, quote] = symbolOf(String(pair.wsname)).split('/')
      return {
        native: pair.altname,
        base,
        quote,
        assetClass: pair.aclass_base,
        tickSize: pair.tick_size,
        lotSize: stepOfDecimals(pair.lot_decimals),
        minSize: pair.ordermin,
        status: pair.status
      }
    },
    symbol => decodeURIComponent(pairName({ exchange: 'kraken', symbol }))
  )

/** https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs; what it says passes within hours, so all are followed. */
export const krakenListing: Exchange['listing'] = { request, decode, instruments, others: [TOKENIZED], suspended: [] }
