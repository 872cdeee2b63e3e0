const MINUTE = 60_000
const HOUR = 3_600_000

/** Lengths of the exchange's klines in ms; those of weeks and months, which are not aligned to the epoch, are left out. */
const LENGTHS: Readonly<Record<string, number>> = {
  '1s': 1_000,
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '2h': 2 * HOUR,
  '4h': 4 * HOUR,
  '6h': 6 * HOUR,
  '8h': 8 * HOUR,
  '12h': 12 * HOUR,
  '1d': 24 * HOUR,
  '3d': 72 * HOUR
}

/** Length of a kline in ms; undefined for what is no interval. */
export const klineLength = (interval: string): number | undefined =>
  Object.hasOwn(LENGTHS, interval) ? LENGTHS[interval] : undefined
