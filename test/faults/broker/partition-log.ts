/** A record as a partition holds it; `txn` null: written without a transaction. */
export type Entry = {
  readonly offset: number
  readonly key: string | null
  readonly value: string | null
  readonly time: number
  /** When the broker took it, in milliseconds since the world began. */
  readonly takenAtMs: number
  readonly txn: Txn | null
  /** The mark that ends a transaction; takes an offset, and nobody sees it. */
  readonly isMark: boolean
}

/** A transaction as the partitions see it. */
export type Txn = { outcome: 'open' | 'committed' | 'aborted' }

export type NewRecord = { readonly key: string | null; readonly value: string | null; readonly time: number }

/** What a reader at `read_committed` gets: visible records, and the offset after what was looked through. */
export type Fetched = {
  readonly entries: readonly Entry[]
  /** Offset of the first record looked at, seen or not. */
  readonly first: number
  readonly next: number
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
  /** Every record that a reader at `read_committed` could ever see; what compaction removes as well. */
  readonly visible: () => readonly Entry[]
  /** Removes records that a later one of the same key replaces, and those of aborted transactions. */
  readonly compact: () => void
  /** Calls whenever there may be more to read, until it is called off. */
  readonly onNews: (wake: () => void) => () => void
}

const isVisible = ({ txn, isMark }: Entry): boolean => !isMark && (txn === null || txn.outcome === 'committed')

const firstAtOrAfter = (entries: readonly Entry[], offset: number): number => {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]!.offset < offset) low = middle + 1
    else high = middle
  }
  return low
}

const compacted = (entries: readonly Entry[], until: number): Entry[] => {
  const newest = new Map<string | null, number>()
  for (const entry of entries) if (entry.offset < until && isVisible(entry)) newest.set(entry.key, entry.offset)
  return entries.filter(
    entry => entry.offset >= until || entry.isMark || (isVisible(entry) && newest.get(entry.key) === entry.offset)
  )
}

export const createPartitionLog = (nowMs: () => number): PartitionLog => {
  let entries: Entry[] = []
  const everything: Entry[] = []
  const add = (entry: Entry): void => {
    entries.push(entry)
    everything.push(entry)
  }
  let end = 0
  const listeners = new Set<() => void>()
  /** Where transactions without a mark begin. */
  const open = new Map<Txn, number>()
  const stableEnd = (): number => Math.min(end, ...open.values())
  const news = (): void => {
    for (const wake of [...listeners]) wake()
  }
  return {
    append: (records, txn) => {
      if (txn && !open.has(txn)) open.set(txn, end)
      for (const record of records) add({ ...record, offset: end++, takenAtMs: nowMs(), txn, isMark: false })
      news()
    },
    mark: txn => {
      add({ key: null, value: null, time: 0, offset: end++, takenAtMs: nowMs(), txn, isMark: true })
      open.delete(txn)
      news()
    },
    end: () => end,
    stableEnd,
    fetch: (from, most) => {
      const until = stableEnd()
      const found: Entry[] = []
      const start = firstAtOrAfter(entries, from)
      let at = start
      for (; at < entries.length && entries[at]!.offset < until && found.length < most; at++)
        if (isVisible(entries[at]!)) found.push(entries[at]!)
      const next = at < entries.length ? Math.min(entries[at]!.offset, until) : until
      return { entries: found, first: entries[start]?.offset ?? from, next: Math.max(from, next) }
    },
    visible: () => everything.filter(entry => entry.offset < stableEnd() && isVisible(entry)),
    compact: () => {
      entries = compacted(entries, stableEnd())
    },
    onNews: wake => {
      listeners.add(wake)
      return () => void listeners.delete(wake)
    }
  }
}
