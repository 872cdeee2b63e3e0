import type { BookChecksum, BookLevels } from '../exchange.ts'
import { crc32 } from './crc32.ts'

const LEVELS = 10

/** `63500.9` with one decimal → `635009`, `0.002` with eight → `200000`: without the point, and without zeros before the first digit. */
const digits = (decimal: string, decimals: number): string => {
  const [integer = '', fraction = ''] = decimal.split('.')
  return `${integer}${fraction.padEnd(decimals, '0')}`.replace(/^0+/, '')
}

/** https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2 */
export const checksumText = ({ bids, asks }: BookLevels, { priceDecimals, quantityDecimals }: BookChecksum): string =>
  [...asks.slice(0, LEVELS), ...bids.slice(0, LEVELS)]
    .map(([price, quantity]) => digits(price, priceDecimals) + digits(quantity, quantityDecimals))
    .join('')

export const isIntact = (top: BookLevels, checksum: BookChecksum): boolean =>
  crc32(checksumText(top, checksum)) === checksum.value
