/** What a group of rows holds of one column: its pages before they are compressed. */
export type ColumnPages = {
  readonly rows: number
  /** Distinct values in PLAIN form, where the page refers to them. */
  readonly dictionary: { readonly values: number; readonly bytes: Buffer } | null
  readonly data: Buffer
  readonly nulls: number
  /** Least and greatest, where a reader can skip by them. */
  readonly bounds: { readonly min: bigint; readonly max: bigint } | null
}

/** A column that is filled row by row. */
export type Column = { readonly bytes: () => number; readonly drain: () => ColumnPages }

const FIRST_BYTES = 4_096

/** Bytes that grow as they are written. */
class GrowingBuffer {
  bytes = Buffer.allocUnsafe(FIRST_BYTES)
  length = 0

  /** Where the next `size` bytes go. */
  reserve(size: number): number {
    const at = this.length
    this.length += size
    if (this.length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length))
      this.bytes.copy(larger, 0, 0, at)
      this.bytes = larger
    }
    return at
  }

  /** What was written, until the next row. */
  drain(): Buffer {
    const drained = this.bytes.subarray(0, this.length)
    this.length = 0
    return drained
  }
}

const HIGH = 2 ** 32

const writeInt64 = (value: number, values: GrowingBuffer): void => {
  const at = values.reserve(8)
  const high = Math.floor(value / HIGH)
  values.bytes.writeUInt32LE(value - high * HIGH, at)
  values.bytes.writeUInt32LE(high, at + 4)
}

/** INT64 of whole numbers below 2^53. */
export class Int64Column implements Column {
  readonly #values = new GrowingBuffer()
  #rows = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY

  add(value: number): void {
    writeInt64(value, this.#values)
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    this.#rows++
  }

  bytes = (): number => this.#values.length

  drain = (): ColumnPages => {
    const bounds = { min: BigInt(this.#min), max: BigInt(this.#max) }
    const pages = { rows: this.#rows, dictionary: null, data: this.#values.drain(), nulls: 0, bounds }
    this.#rows = 0
    this.#min = Number.POSITIVE_INFINITY
    this.#max = Number.NEGATIVE_INFINITY
    return pages
  }
}

/** Writes text behind its length. Names, ids and frames of an exchange may be of any alphabet. */
const writeText = (text: string, values: GrowingBuffer): void => {
  const size = Buffer.byteLength(text, 'utf8')
  const at = values.reserve(4 + size)
  values.bytes.writeUInt32LE(size, at)
  values.bytes.write(text, at + 4, 'utf8')
}

/** A word of a dictionary. */
export const plainText = (word: string): Buffer => {
  const values = new GrowingBuffer()
  writeText(word, values)
  return values.drain()
}

/** A number of a dictionary. */
export const plainInt = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

/** Text that differs from row to row. */
export class TextColumn implements Column {
  readonly #values = new GrowingBuffer()
  #rows = 0

  add(text: string): void {
    writeText(text, this.#values)
    this.#rows++
  }

  bytes = (): number => this.#values.length

  drain = (): ColumnPages => {
    const pages = { rows: this.#rows, dictionary: null, data: this.#values.drain(), nulls: 0, bounds: null }
    this.#rows = 0
    return pages
  }
}

/** At most 256 distinct values in a group, each row a byte that refers to one. */
export class DictionaryColumn<T> implements Column {
  readonly #indexes = new GrowingBuffer()
  readonly #words = new Map<T, number>()
  readonly #plain: (word: T) => Buffer

  constructor(plain: (word: T) => Buffer) {
    this.#plain = plain
  }

  add(word: T): void {
    let index = this.#words.get(word)
    if (index === undefined) {
      index = this.#words.size
      this.#words.set(word, index)
    }
    const at = this.#indexes.reserve(1)
    this.#indexes.bytes[at] = index
  }

  bytes = (): number => this.#indexes.length

  drain = (): ColumnPages => {
    const rows = this.#indexes.length
    // Bit-packed groups of eight indexes, of eight bits each: the bytes as they are, filled up to a whole group.
    const groups = Math.ceil(rows / 8)
    const fill = groups * 8 - rows
    const filled = this.#indexes.reserve(fill)
    this.#indexes.bytes.fill(0, filled, filled + fill)
    const data = Buffer.concat([Buffer.of(8), varint(groups * 2 + 1), this.#indexes.drain()])
    const dictionary = { values: this.#words.size, bytes: Buffer.concat([...this.#words.keys()].map(this.#plain)) }
    this.#words.clear()
    return { rows, dictionary, data, nulls: 0, bounds: null }
  }
}

/** An optional value of any width: which rows have one, as runs, before the values. */
export class OptionalColumn implements Column {
  protected readonly values = new GrowingBuffer()
  readonly #runs: { has: number; rows: number }[] = []
  #rows = 0
  #nulls = 0

  protected mark(has: boolean): void {
    const bit = has ? 1 : 0
    const last = this.#runs.at(-1)
    if (last?.has === bit) last.rows++
    else this.#runs.push({ has: bit, rows: 1 })
    this.#rows++
    if (!has) this.#nulls++
  }

  bytes = (): number => this.values.length + 8 * this.#runs.length

  drain = (): ColumnPages => {
    const levels = Buffer.concat(this.#runs.map(run => Buffer.concat([varint(run.rows * 2), Buffer.of(run.has)])))
    const size = Buffer.allocUnsafe(4)
    size.writeUInt32LE(levels.length)
    const data = Buffer.concat([size, levels, this.values.drain()])
    const pages = { rows: this.#rows, dictionary: null, data, nulls: this.#nulls, bounds: null }
    this.#runs.length = 0
    this.#rows = this.#nulls = 0
    return pages
  }
}

/** INT64 of whole numbers from 0 up, below 2^53. */
export class OptionalInt64Column extends OptionalColumn {
  add(value: number | null): void {
    this.mark(value !== null)
    if (value !== null) writeInt64(value, this.values)
  }
}

export class OptionalTextColumn extends OptionalColumn {
  add(text: string | null): void {
    this.mark(text !== null)
    if (text !== null) writeText(text, this.values)
  }
}

const varint = (value: number): Buffer => {
  const bytes: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left])
    bytes.push((left % 128) + 128)
  }
}
