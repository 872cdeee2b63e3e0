import type { Incoming } from '../../stream/topic.ts'

/** What tells a record from others: its key and its value. A broker may have given it a time of its own. */
const fingerprint = ({ key, value }: Incoming): string =>
  `${key?.toString('base64') ?? ''} ${value?.toString('base64') ?? '-'}`

/** So many records before a position say which one it is. */
export const TAIL = 32

/** Where a position is in the copy of its log. */
export type Translated = {
  readonly next: bigint
  /** `exact`: behind the same records. `earlier`: the same records stand there more than once, behind the first. `time`: no such records, by their time. */
  readonly by: 'exact' | 'earlier' | 'time'
}

/**
 * Looks for the records before a position, oldest first, in a copy of its log, whose offsets are others. `add` takes the copy's records in
 * order, from one on that is not behind them. Pure.
 */
export const createTailSearch = (tail: readonly Incoming[]) => {
  const wanted = tail.map(fingerprint)
  let recent: string[] = []
  let first: bigint | null = null
  let found = 0
  return {
    add: (record: Incoming): void => {
      recent = [...recent.slice(-(wanted.length - 1) || wanted.length), fingerprint(record)].slice(-wanted.length)
      if (recent.length < wanted.length || recent.some((one, at) => one !== wanted[at])) return
      found++
      first ??= BigInt(record.offset) + 1n
    },
    /** `byTime`: the first offset of the copy that is not older than the oldest of the records. */
    translated: (byTime: bigint): Translated => {
      if (first === null) return { next: byTime, by: 'time' }
      return { next: first, by: found === 1 ? 'exact' : 'earlier' }
    }
  }
}
