import { printHash } from '../market/seeded-random.ts'

const hex = (value: number, digits: number): string => value.toString(16).padStart(8, '0').slice(0, digits)

/** A UUID for a print, which tells nothing of its order. */
export const printUuid = (native: string, id: number, purpose = 0): string => {
  const [a, b, c, d] = [1, 2, 3, 4].map(part => printHash(native, id, purpose * 8 + part)) as [
    number,
    number,
    number,
    number
  ]
  return `${hex(a, 8)}-${hex(b, 4)}-4${hex(c, 3)}-a${hex(b >>> 3, 3)}-${hex(d, 8)}${hex(c >>> 5, 4)}`
}
