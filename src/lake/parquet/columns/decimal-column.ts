import { type Column, OptionalColumn, OptionalTextColumn } from './column.ts'
import { type DecimalType, fitsDecimal, WIDE, writeDecimal } from './decimal-bytes.ts'

class DecimalColumn extends OptionalColumn {
  readonly #type: DecimalType

  constructor(type: DecimalType) {
    super()
    this.#type = type
  }

  add(text: string | null): void {
    this.mark(text !== null)
    if (text === null) return
    const at = this.values.reserve(this.#type.width)
    writeDecimal(text, this.#type, this.values.bytes, at)
  }
}

/** A decimal in two columns: exact where DECIMAL(38,18) holds it, else as text. */
export class OptionalDecimal {
  readonly #exact = new DecimalColumn(WIDE)
  readonly #text = new OptionalTextColumn()
  readonly all: readonly Column[] = [this.#exact, this.#text]

  add(value: string | null): void {
    const fits = value !== null && fitsDecimal(value, WIDE)
    this.#exact.add(fits ? value : null)
    this.#text.add(fits ? null : value)
  }
}

/** A decimal in three columns: of a type that multiplies well where that holds it, else as `OptionalDecimal`. Never rounded. */
export class TieredDecimal {
  readonly #narrow: DecimalColumn
  readonly #wide = new OptionalDecimal()
  readonly #type: DecimalType
  readonly all: readonly Column[]

  constructor(type: DecimalType) {
    this.#type = type
    this.#narrow = new DecimalColumn(type)
    this.all = [this.#narrow, ...this.#wide.all]
  }

  add(value: string | null): void {
    const fits = value !== null && fitsDecimal(value, this.#type)
    this.#narrow.add(fits ? value : null)
    this.#wide.add(fits ? null : value)
  }
}
