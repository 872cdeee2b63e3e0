import type { KafkaMessage } from 'kafkajs'

/** A record as a partition holds it; `txn` null: written without a transaction. */
export type Entry = {
  readonly offset: number
  readonly key: string | null
  readonly value: Buffer | string | null
  readonly time: number
  /** When the broker took it, in milliseconds since the world began. */
  readonly takenAtMs: number
  readonly txn: Txn | null
  /** The mark that ends a transaction; takes an offset, and nobody sees it. */
  readonly isMark: boolean
  /** As the client hands it out; made when it is first read. */
  message: KafkaMessage | null
}

/** A transaction as the partitions see it. */
export type Txn = { outcome: 'open' | 'committed' | 'aborted' }

export type NewRecord = { readonly key: string | null; readonly value: Buffer | string | null; readonly time: number }

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
}

/** A text as it goes over the network; few of the records that are written are ever read. */
export const bytesOf = (value: Buffer | string): Buffer => (typeof value === 'string' ? Buffer.from(value) : value)

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

/** `onNews` is told whenever there may be more to read. */
export const createPartitionLog = (nowMs: () => number, onNews: (log: PartitionLog) => void): PartitionLog => {
  let entries: Entry[] = []
  const everything: Entry[] = []
  const add = (entry: Entry): void => {
    entries.push(entry)
    everything.push(entry)
  }
  let end = 0
  /** Where transactions without a mark begin, the oldest first. */
  const open = new Map<Txn, number>()
  let stable = 0
  const news = (): void => {
    const [oldest] = open.values()
    stable = oldest ?? end
    onNews(log)
  }
  const log: PartitionLog = {
    append: (records, txn) => {
      if (txn && !open.has(txn)) open.set(txn, end)
      const takenAtMs = nowMs()
      for (const { key, value, time } of records)
        add({ offset: end++, key, value, time, takenAtMs, txn, isMark: false, message: null })
      news()
    },
    mark: txn => {
      const takenAtMs = nowMs()
      add({ offset: end++, key: null, value: null, time: 0, takenAtMs, txn, isMark: true, message: null })
      open.delete(txn)
      news()
    },
    end: () => end,
    stableEnd: () => stable,
    fetch: (from, most) => {
      const found: Entry[] = []
      const start = firstAtOrAfter(entries, from)
      let at = start
      for (; at < entries.length && entries[at]!.offset < stable && found.length < most; at++)
        if (isVisible(entries[at]!)) found.push(entries[at]!)
      const next = at < entries.length ? Math.min(entries[at]!.offset, stable) : stable
      return { entries: found, first: entries[start]?.offset ?? from, next: Math.max(from, next) }
    },
    visible: () => everything.filter(entry => entry.offset < stable && isVisible(entry)),
    compact: () => {
      entries = compacted(entries, stable)
    }
  }
  return log
}
