/** Writes and reads the primitives of Kafka's protocol, https://kafka.apache.org/protocol#protocol_types, in which our own requests are made. */

export const int8 = (value: number): Buffer => Buffer.from([value])

export const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

const uvarint = (value: number): Buffer => {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}

export const string = (text: string): Buffer => {
  const [length, bytes] = [Buffer.alloc(2), Buffer.from(text)]
  length.writeInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

export const compactString = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  return Buffer.concat([uvarint(bytes.length + 1), bytes])
}

export const array = (items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items])

export const compactArray = (items: readonly Buffer[]): Buffer => Buffer.concat([uvarint(items.length + 1), ...items])

export const NO_TAGS = int8(0)

/** Reads one primitive after the other. */
export class ByteReader {
  private readonly bytes: Buffer
  private at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  private skip(length: number): number {
    const from = this.at
    this.at += length
    return from
  }

  int8(): number {
    return this.bytes.readInt8(this.skip(1))
  }

  int16(): number {
    return this.bytes.readInt16BE(this.skip(2))
  }

  int32(): number {
    return this.bytes.readInt32BE(this.skip(4))
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.skip(8))
  }

  uuid(): Buffer {
    const from = this.skip(16)
    return this.bytes.subarray(from, from + 16)
  }

  string(): string {
    const length = this.int16()
    const from = this.skip(length)
    return this.bytes.toString('utf8', from, from + length)
  }

  /** null where none is. */
  compactString(): string | null {
    const length = this.uvarint() - 1
    if (length < 0) return null
    const from = this.skip(length)
    return this.bytes.toString('utf8', from, from + length)
  }

  array<T>(read: () => T): readonly T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read)
  }

  compactArray<T>(read: () => T): readonly T[] {
    return Array.from({ length: Math.max(0, this.uvarint() - 1) }, read)
  }

  tags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint()
      this.skip(this.uvarint())
    }
  }

  private uvarint(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.skip(1))
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
}
