/** `BTC/USDT` → `BTCUSDT` */
export const native = (symbol: string): string => symbol.replace('/', '')
