import { printUuid } from '../identities.ts'

/** Numbers of spot have 19 digits, and are no count. */
const SPOT_IDS = 2_280_000_000_000_000_000n
const SPOT_SPAN = 10n ** 15n
/** Has no factor in common with the span: each number is used once. */
const SPOT_STEP = 611_953_000_007n
const SEQUENCE_FROM = 1_600_000_000_000

/** Both categories use the same names: `BTC/USDT` is `spot BTCUSDT`, `BTC/USDT:USDT` is `linear BTCUSDT`. */
export const nativeOf = (symbol: string): string | null => {
  const [, base, quote, settle] = /^([^/:]+)\/([^/:-]+)(?::([^/:-]+))?$/.exec(symbol) ?? []
  if (base === undefined || quote === undefined) return null
  if (settle === undefined) return `spot ${base}${quote}`
  if (settle !== quote) return null
  return `linear ${base}${settle === 'USDC' ? 'PERP' : quote}`
}

export const nameOf = (native: string): string => native.slice(native.indexOf(' ') + 1)

export const categoryOf = (native: string): string => native.slice(0, native.indexOf(' '))

/** The identity of a print, which tells nothing of its place among others. */
export const tradeId = (native: string, id: number): string =>
  categoryOf(native) === 'spot' ? String(SPOT_IDS + ((BigInt(id) * SPOT_STEP) % SPOT_SPAN)) : printUuid(native, id)

/** Goes up, and is shared by what one taker's order brought about. */
export const sequenceOf = (time: number): number => time - SEQUENCE_FROM
