import { TickstreamError } from '../../market/error.ts'
import type { OpenFront } from '../exchange/front.ts'
import { createVenue } from '../exchange/venue.ts'
import { joined } from '../market/listing.ts'
import { openBinance } from './binance/binance-front.ts'
import { binanceCoinm } from './binance/dialects/coinm.ts'
import { binanceSpot } from './binance/dialects/spot.ts'
import { binanceUsdm } from './binance/dialects/usdm.ts'
import { bitstamp } from './bitstamp/bitstamp.ts'
import { bybit } from './bybit/bybit.ts'
import { coinbase } from './coinbase/coinbase.ts'
import { deribit } from './deribit/deribit.ts'
import { hyperliquid } from './hyperliquid/hyperliquid.ts'
import { kraken } from './kraken/kraken.ts'
import { krakenFutures } from './krakenfutures/kraken-futures.ts'
import { okx } from './okx/okx.ts'
import type { VenueProtocol } from './venue-protocol.ts'
import { createVenueRest } from './venue-rest.ts'
import { createVenueSockets } from './venue-sockets.ts'

/** A venue that can be simulated. */
export type SimulatedVenue = Pick<VenueProtocol, 'id' | 'nativeOf' | 'usual'> & { readonly front: OpenFront }

/** A pair without a currency of settlement. */
const isSpot = (symbol: string): boolean => !symbol.includes(':')

const binance: SimulatedVenue = {
  id: 'binance',
  nativeOf: symbol => (isSpot(symbol) ? joined(symbol) : null),
  usual: ['BTC/USDT', 'ETH/USDT', 'BNB/USDT', 'SOL/USDT'],
  front: openBinance(binanceSpot)
}

const CONTRACT = /^([^/:]+)\/([^/:-]+):([^/:-]+)(?:-(\d{6}))?$/

/** `BTC/USDT:USDT` → `BTCUSDT`, `BTC/USDT:USDT-261225` → `BTCUSDT_261225` */
const usdmName = (symbol: string): string | null => {
  const [, base, quote, settle, ending] = CONTRACT.exec(symbol) ?? []
  if (base === undefined || quote !== settle) return null
  return `${base}${quote}${ending === undefined ? '' : `_${ending}`}`
}

/** `BTC/USD:BTC` → `BTCUSD_PERP`, `BTC/USD:BTC-261225` → `BTCUSD_261225` */
const coinmName = (symbol: string): string | null => {
  const [, base, quote, settle, ending = 'PERP'] = CONTRACT.exec(symbol) ?? []
  return base === undefined || base !== settle ? null : `${base}${quote}_${ending}`
}

const usdm: SimulatedVenue = {
  id: 'binanceusdm',
  nativeOf: usdmName,
  usual: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
  front: openBinance(binanceUsdm)
}

const coinm: SimulatedVenue = {
  id: 'binancecoinm',
  nativeOf: coinmName,
  usual: ['BTC/USD:BTC', 'ETH/USD:ETH'],
  front: openBinance(binanceCoinm)
}

/** How a venue meets its clients whose protocol is this. */
const openVenue =
  (protocol: VenueProtocol): OpenFront =>
  context => {
    const venue = createVenue(context.market, context.surroundings)
    const { server, ...venueSockets } = createVenueSockets(protocol, venue, context)
    return { ...venueSockets, sockets: server, onRequest: createVenueRest(protocol, venue, context) }
  }

/** Every venue that can be simulated. */
export const SIMULATED_VENUES: readonly SimulatedVenue[] = [
  binance,
  usdm,
  coinm,
  ...[bitstamp, bybit, coinbase, deribit, hyperliquid, kraken, krakenFutures, okx].map(protocol => ({
    ...protocol,
    front: openVenue(protocol)
  }))
]

/** The venue of an id. Throws `TS-CONFIG` that names the known ones. */
export const simulatedVenue = (id: string): SimulatedVenue => {
  const found = SIMULATED_VENUES.find(venue => venue.id === id)
  if (found) return found
  const ids = SIMULATED_VENUES.map(venue => venue.id).join(', ')
  throw new TickstreamError('TS-CONFIG', `--venue ${id} is unknown; it is one of ${ids}`)
}
