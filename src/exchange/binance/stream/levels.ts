import type { BookLevel } from '../../../market/records/feed/book.ts'
import { decimal, fail, price } from '../../fields.ts'

const level = (name: string, value: unknown): BookLevel =>
  Array.isArray(value) && value.length >= 2
    ? [price(name, value[0]), decimal(name, value[1])]
    : fail(name, value, 'a level')

/** `[["61837.63000000","0.50000000"],…]` in canonical decimals. Throws `TS-DATA` that names the field. */
export const levels = (name: string, value: unknown): readonly BookLevel[] =>
  Array.isArray(value) ? value.map(item => level(name, item)) : fail(name, value, 'a list of levels')
