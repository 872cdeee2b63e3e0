import { TickstreamError } from '../market/error.ts'
import { type Instrument, simulatedId } from '../market/instrument.ts'
import { createBinance } from './binance/binance.ts'
import { binanceCoinm } from './binance/futures/coinm.ts'
import { binanceUsdm } from './binance/futures/usdm.ts'
import { bitstamp } from './bitstamp/bitstamp.ts'
import { bybit } from './bybit/bybit.ts'
import { coinbase } from './coinbase/coinbase.ts'
import { deribit } from './deribit/deribit.ts'
import type { Exchange } from './exchange.ts'
import { hyperliquid } from './hyperliquid/hyperliquid.ts'
import { kraken } from './kraken/kraken.ts'
import { krakenFutures } from './krakenfutures/kraken-futures.ts'
import { okx } from './okx/okx.ts'

export const EXCHANGES: readonly Exchange[] = [
  createBinance('binance'),
  createBinance('sim'),
  binanceCoinm,
  binanceUsdm,
  bitstamp,
  bybit,
  coinbase,
  deribit,
  hyperliquid,
  kraken,
  krakenFutures,
  okx
]

/** Those that speak of a venue's simulated market, each under an id of its own. */
const SIMULATED: readonly Exchange[] = EXCHANGES.map(exchange => ({
  ...exchange,
  id: simulatedId(exchange.id)
})).filter(({ id }) => EXCHANGES.every(known => known.id !== id))

const adapterOf = (id: string): Exchange | undefined =>
  [...EXCHANGES, ...SIMULATED].find(exchange => exchange.id === id)

/** The settings of REST bases, for words about all exchanges. */
export const REST_SETTINGS = [...new Set(EXCHANGES.map(({ urls }) => urls.rest.setting))].join(', ')

/** The adapter of an exchange id. Throws `TS-CONFIG` that names the known ones, and `where` the id was written. */
export const exchangeById = (id: string, where = 'SYMBOLS'): Exchange => {
  const found = adapterOf(id)
  if (found) return found
  const ids = EXCHANGES.map(exchange => exchange.id).join(', ')
  throw new TickstreamError('TS-CONFIG', `${where}: exchange "${id}" is unknown; write one of ${ids}`)
}

/** Whether a number goes up by one from trade to trade. Of an exchange that nobody knows records say so themselves, or are refused. */
export const hasChain = (id: string): boolean => adapterOf(id)?.chain !== null

/** Fields of an exchange's own candles that it makes by a rule of its own. */
export const incomparableFields = (id: string): readonly string[] => adapterOf(id)?.klines.incomparable ?? []

/** Instruments by their exchange. Throws `TS-CONFIG` as `exchangeById` does. */
export const exchangesOf = <I extends Pick<Instrument, 'exchange'>>(
  instruments: readonly I[]
): readonly { readonly exchange: Exchange; readonly instruments: readonly I[] }[] =>
  [...Map.groupBy(instruments, ({ exchange }) => exchange)].map(([id, group]) => ({
    exchange: exchangeById(id),
    instruments: group
  }))
