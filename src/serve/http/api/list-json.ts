import { type Begun, beginGzip, endGzip } from '../gzip.ts'
import type { JsonBody } from '../send-json.ts'
import { recordJson, recordsJson } from './record-json.ts'

/** All of an answer before its last record: the records, their bytes, and those packed as soon as somebody wants them so. */
type Settled = {
  readonly name: string
  readonly records: readonly object[]
  readonly bytes: Buffer
  packed: Begun | null
}

/** Answers that are remembered, and the records of the longest: a few dozen MiB, whoever asks for what. */
const MAX_REMEMBERED = 128
const LONGEST = 1_000

/** By their first records, the oldest first. */
const remembered = new Map<object, Settled>()

const isSame = (known: readonly object[], next: readonly object[]): boolean =>
  known.length === next.length && known.every((record, n) => record === next[n])

const remember = (name: string, first: object, records: readonly object[]): Settled => {
  const bytes = Buffer.from(`{"${name}":[${recordsJson(records)},`)
  const settled: Settled = { name, records, bytes, packed: null }
  remembered.delete(first)
  remembered.set(first, settled)
  const [oldest] = remembered.keys()
  if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
  return settled
}

const packedOf = (settled: Settled): Begun => {
  settled.packed ??= beginGzip(settled.bytes)
  return settled.packed
}

/**
 * `{"name":[…]}` of records, and what is said about them, in pieces. What many ask for again and again changes at its end alone, where
 * the open window is: the bytes of all before it are remembered, packed ones too, and hold as long as they are of the same records. They
 * are sent as they are: a copy of 200 kB a request would keep the garbage collector busier than all else about it.
 */
export const listJson = (name: string, records: readonly object[], about: object = {}): JsonBody => {
  const end = ['', ...Object.entries(about).map(([field, value]) => `"${field}":${JSON.stringify(value)}`)].join(',')
  const [first, last] = [records[0], records.at(-1)]
  if (first === undefined || last === undefined || first === last || records.length > LONGEST)
    return { plain: [Buffer.from(`{"${name}":[${recordsJson(records)}]${end}}`)] }
  const before = records.slice(0, -1)
  const known = remembered.get(first)
  const settled = known?.name === name && isSame(known.records, before) ? known : remember(name, first, before)
  const rest = Buffer.from(`${recordJson(last)}]${end}}`)
  return { plain: [settled.bytes, rest], zipped: () => endGzip(packedOf(settled), rest) }
}
