import type { Exchange, ListedStatus } from '../../exchange.ts'
import { isFields, type Unchecked, word } from '../../fields.ts'
import { isTokenized, pairName, symbolOf } from '../names.ts'
import type { KrakenPair } from '../wire.ts'
import { resultOf } from './result.ts'

const PATH = '/0/public/AssetPairs'

/** One that it does not know is an error of the whole request. Tokenized assets are listed apart, where nothing else is asked for. */
const request: Exchange['listing']['request'] = instruments => {
  if (instruments?.length && instruments.every(isTokenized))
    return { path: `${PATH}?aclass_base=tokenized_asset`, cost: 1 }
  const others = instruments?.filter(of => !isTokenized(of)) ?? []
  return { path: others.length === 0 ? PATH : `${PATH}?pair=${others.map(pairName).join(',')}`, cost: 1 }
}

const decode: Exchange['listing']['decode'] = (body, instruments) => {
  const pairs = Object.values(resultOf(body)).filter(isFields)
  const states = new Map(
    pairs.map(({ wsname, status }: Unchecked<KrakenPair>): readonly [string, ListedStatus] => [
      symbolOf(String(wsname)),
      word(status)
    ])
  )
  const hasTokenized = pairs.some(({ aclass_base }) => aclass_base === 'tokenized_asset')
  // Without their list nothing is known of tokenized assets.
  const unlisted = (of: (typeof instruments)[number]): ListedStatus =>
    isTokenized(of) && !hasTokenized ? undefined : null
  return instruments.map(of => (states.has(of.symbol) ? states.get(of.symbol) : unlisted(of)))
}

/** https://docs.kraken.com/api/docs/rest-api/get-tradable-asset-pairs; what it says passes within hours, so all are followed. */
export const krakenListing: Exchange['listing'] = { request, decode, suspended: [] }
