import type { KafkaMessage } from 'kafkajs'

/** A record as a partition holds it; `txn` null: written without a transaction. */
export type Entry = {
  readonly offset: number
  readonly key: string | null
  readonly value: Buffer | string | null
  readonly time: number
  /** When the broker took it, in milliseconds since the world began. */
  readonly takenAtMs: number
  /** That of the leader that took it. */
  readonly leaderEpoch: number
  readonly txn: Txn | null
  /** The mark that ends a transaction; takes an offset, and nobody sees it. */
  readonly isMark: boolean
  /** It stood in a log that is no more, or at an end that was lost. */
  readonly isGone: boolean
  /** As the client hands it out; made when it is first read. */
  message: KafkaMessage | null
}

/** A transaction as the partitions see it. */
export type Txn = { outcome: 'open' | 'committed' | 'aborted' }

/** What a partition holds at a time. */
export type Contents = {
  /** As readers find them. */
  entries: Entry[]
  end: number
  /** Where transactions without a mark begin, the oldest first. */
  readonly open: Map<Txn, number>
  /** Where each leader epoch begins, in order. */
  readonly epochs: readonly { readonly epoch: number; readonly from: number }[]
}

export const emptyContents = (): Contents => ({ entries: [], end: 0, open: new Map(), epochs: [{ epoch: 0, from: 0 }] })

export const isVisible = ({ txn, isMark }: Entry): boolean => !isMark && (txn === null || txn.outcome === 'committed')

export const epochOf = ({ epochs }: Contents): number => epochs.at(-1)!.epoch

/** Where a leader epoch ended; null for one that never was. */
export const epochEndOf = (contents: Contents, epoch: number): number | null => {
  if (epoch > epochOf(contents)) return null
  return contents.epochs.find(later => later.epoch > epoch)?.from ?? contents.end
}

/** Without what a later record of the same key replaces, and what was aborted. */
export const compacted = (entries: readonly Entry[], until: number): Entry[] => {
  const newest = new Map<string | null, number>()
  for (const entry of entries) if (entry.offset < until && isVisible(entry)) newest.set(entry.key, entry.offset)
  return entries.filter(
    entry => entry.offset >= until || entry.isMark || (isVisible(entry) && newest.get(entry.key) === entry.offset)
  )
}

/** Under a new leader, which holds what lies before `to` and nothing else. */
export const ledAnew = (contents: Contents, to: number): Contents => ({
  entries: contents.entries.filter(({ offset }) => offset < to),
  end: to,
  open: contents.open,
  epochs: [...contents.epochs.filter(({ from }) => from < to), { epoch: epochOf(contents) + 1, from: to }]
})

/**
 * As a copy holds it that begins at `from`: the records that a reader sees, at offsets of their own. What belongs to a transaction under way
 * stays in it. `copies`: each of them by its original.
 */
export const copied = (
  { entries, open }: Contents,
  from: number
): { readonly contents: Contents; readonly copies: ReadonlyMap<Entry, Entry> } => {
  const copies = new Map<Entry, Entry>()
  for (const entry of entries) {
    const isUnderWay = entry.txn !== null && open.has(entry.txn)
    if (entry.offset >= from && (isVisible(entry) || isUnderWay))
      copies.set(entry, { ...entry, offset: copies.size, leaderEpoch: 0, message: null })
  }
  const copiedBefore = (offset: number): number => [...copies.keys()].filter(entry => entry.offset < offset).length
  const contents = {
    entries: [...copies.values()],
    end: copies.size,
    open: new Map([...open].map(([txn, begin]) => [txn, copiedBefore(begin)])),
    epochs: emptyContents().epochs
  }
  return { contents, copies }
}
