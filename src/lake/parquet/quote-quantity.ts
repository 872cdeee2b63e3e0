import type { SchemaElement } from 'hyparquet-writer'
import { multiplyDecimals } from '../../market/decimal.ts'
import type { Trade } from '../../market/records/feed/trade.ts'
import { type Column, DictionaryColumn, plainText } from './columns/column.ts'
import { OptionalDecimal } from './columns/decimal-column.ts'
import type { Columns } from './read-rows.ts'
import { decimal, REQUIRED, text } from './schema.ts'

/** What a trade was in the quote currency, exact in every row, so that nobody has to multiply; and who says so. */

const NAME = 'quote_quantity'
const SOURCE = `${NAME}_source`

/** The exchange told it, or it is price × quantity. */
type Source = 'exchange' | 'computed'

export const QUOTE_SCHEMA: readonly SchemaElement[] = [...decimal(NAME), text(SOURCE, REQUIRED)]

export const quoteColumns = (): { readonly all: readonly Column[]; readonly add: (trade: Trade) => void } => {
  const value = new OptionalDecimal()
  const source = new DictionaryColumn<Source>(plainText)
  return {
    all: [...value.all, source],
    add: ({ price, quantity, quoteQuantity }) => {
      value.add(quoteQuantity ?? multiplyDecimals(price, quantity))
      source.add(quoteQuantity === undefined ? 'computed' : 'exchange')
    }
  }
}

/** Whether the exchange told it: a trade is read as it was. Files of before have no source, and what they say was told. */
export const isQuoteTold = (row: Columns): boolean =>
  (row[NAME] ?? row[`${NAME}_text`] ?? null) !== null && row[SOURCE] !== 'computed'
