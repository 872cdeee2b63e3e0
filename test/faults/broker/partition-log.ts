import {
  type Contents,
  compacted,
  copied,
  type Entry,
  emptyContents,
  epochEndOf,
  epochOf,
  isVisible,
  ledAnew,
  type Txn
} from './log-contents.ts'

export type NewRecord = { readonly key: string | null; readonly value: Buffer | string | null; readonly time: number }

/** What a reader at `read_committed` gets: visible records, and the offset after what was looked through. */
export type Fetched = {
  readonly entries: readonly Entry[]
  /** Offset of the first record looked at, seen or not. */
  readonly first: number
  readonly next: number
  /** That of the last record looked at; null when there is none. */
  readonly leaderEpoch: number | null
}

/** One partition: an ordered log with transactions, read up to the oldest one that is still open. */
export type PartitionLog = {
  readonly append: (records: readonly NewRecord[], txn: Txn | null) => void
  /** Ends a transaction here; before that its records, and all behind them, are not read. */
  readonly mark: (txn: Txn) => void
  /** Offset of the next record, and the end of what a reader at `read_committed` gets to. */
  readonly end: () => number
  readonly stableEnd: () => number
  readonly fetch: (from: number, most: number) => Fetched
  readonly leaderEpoch: () => number
  /** Where a leader epoch ended; null for one that never was. */
  readonly epochEnd: (epoch: number) => number | null
  /** Every record that a reader at `read_committed` could ever see; what compaction removes as well, and what is gone. */
  readonly visible: () => readonly Entry[]
  /** Removes records that a later one of the same key replaces, and those of aborted transactions. */
  readonly compact: () => void
  /** Another broker leads it, which has nothing of what stands from `to` on. */
  readonly elect: (to: number) => void
  /** It is deleted, and made again from a copy of what stands from `from` on, at other offsets. */
  readonly makeAnew: (from: number) => void
  /** Puts other contents in its place, and gives those of before. */
  readonly exchange: (contents: Contents) => Contents
  /** How often it was made anew or exchanged: what was asked of one incarnation is not answered by another. */
  readonly incarnation: () => number
}

/** A text as it goes over the network; few of the records that are written are ever read. */
export const bytesOf = (value: Buffer | string): Buffer => (typeof value === 'string' ? Buffer.from(value) : value)

const firstAtOrAfter = (entries: readonly Entry[], offset: number): number => {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]!.offset < offset) low = middle + 1
    else high = middle
  }
  return low
}

const stableEndOf = ({ open, end }: Contents): number => {
  const [oldest] = open.values()
  return oldest ?? end
}

const fetchFrom = ({ entries }: Contents, stable: number, from: number, most: number): Fetched => {
  const found: Entry[] = []
  const start = firstAtOrAfter(entries, from)
  let at = start
  for (; at < entries.length && entries[at]!.offset < stable && found.length < most; at++)
    if (isVisible(entries[at]!)) found.push(entries[at]!)
  const next = at < entries.length ? Math.min(entries[at]!.offset, stable) : stable
  return {
    entries: found,
    first: entries[start]?.offset ?? from,
    next: Math.max(from, next),
    leaderEpoch: at > start ? entries[at - 1]!.leaderEpoch : null
  }
}

/** Records that go into a partition together. */
export const entriesOf = (
  records: readonly NewRecord[],
  from: number,
  of: Pick<Entry, 'takenAtMs' | 'leaderEpoch' | 'txn' | 'isMark'>
): readonly Entry[] =>
  records.map(({ key, value, time }, n) => ({
    offset: from + n,
    key,
    value,
    time,
    ...of,
    isGone: false,
    message: null
  }))

const MARK: readonly NewRecord[] = [{ key: null, value: null, time: 0 }]

/** `onNews` is told whenever there may be more to read. */
export const createPartitionLog = (nowMs: () => number, onNews: (log: PartitionLog) => void): PartitionLog => {
  let contents = emptyContents()
  let everything: Entry[] = []
  let [stable, incarnation] = [0, 0]
  const add = (records: readonly NewRecord[], txn: Txn | null, isMark: boolean): void => {
    const of = { takenAtMs: nowMs(), leaderEpoch: epochOf(contents), txn, isMark }
    for (const entry of entriesOf(records, contents.end, of)) {
      contents.entries.push(entry)
      everything.push(entry)
    }
    contents.end += records.length
  }
  const put = (next: Contents): void => {
    contents = next
    stable = stableEndOf(next)
    onNews(log)
  }
  const log: PartitionLog = {
    append: (records, txn) => {
      if (txn && !contents.open.has(txn)) contents.open.set(txn, contents.end)
      add(records, txn, false)
      put(contents)
    },
    mark: txn => {
      add(MARK, txn, true)
      contents.open.delete(txn)
      put(contents)
    },
    end: () => contents.end,
    stableEnd: () => stable,
    fetch: (from, most) => fetchFrom(contents, stable, from, most),
    leaderEpoch: () => epochOf(contents),
    epochEnd: epoch => epochEndOf(contents, epoch),
    visible: () => everything.filter(entry => isVisible(entry) && (entry.isGone || entry.offset < stable)),
    compact: () => {
      contents.entries = compacted(contents.entries, stable)
    },
    elect: to => {
      everything = everything.map(entry => (entry.offset >= to ? { ...entry, isGone: true } : entry))
      put(ledAnew(contents, to))
    },
    makeAnew: from => {
      const { contents: made, copies } = copied(contents, from)
      everything = everything.map(entry => copies.get(entry) ?? { ...entry, isGone: true })
      incarnation++
      put(made)
    },
    exchange: next => {
      const before = contents
      incarnation++
      put(next)
      return before
    },
    incarnation: () => incarnation
  }
  return log
}
