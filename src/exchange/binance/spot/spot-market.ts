import type { BinanceMarket } from '../market.ts'

/** `BTC/USDT` → `BTCUSDT` */
export const spotMarket: BinanceMarket = { rest: '/api/v3', native: instrument => instrument.symbol.replace('/', '') }
