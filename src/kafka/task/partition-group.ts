import type { RecordLabel } from '../../stream/topology.ts'

/** A record as the client hands it over; `unreadable` says why it stands for a batch that nobody can read. */
export type Message = RecordLabel & {
  readonly value: Buffer | null
  readonly offset: string
  readonly unreadable?: string
}

/** A record on its way into a fold. */
export type Entry<In> = { readonly message: Message; readonly record: In; readonly time: number }

type RecordQueue<In> = {
  waiting: Entry<In>[]
  /** Entries of `waiting` that are gone already. */
  polled: number
  /** The next offset to be read. */
  next: number
  /** What the broker held when the partition was taken: up to here the others wait for this input. */
  readonly end: number
  newest: number
}

const MAX_POLLED = 1_024

const waitingIn = <In>(queue: RecordQueue<In>): number => queue.waiting.length - queue.polled

/**
 * The co-partitioned inputs of one partition as one sequence. What the broker held when the partition was taken comes in order of time,
 * equal times in order of the inputs, so that a replay joins what belonged together; what is written later comes as it arrives.
 */
export class PartitionGroup<In> {
  private readonly queues: readonly RecordQueue<In>[]

  /** `starts`: where each input is read from; `ends`: what it holds now, 0 where the others do not wait for it. */
  constructor(starts: readonly number[], ends: readonly number[]) {
    this.queues = starts.map((next, input) => ({
      waiting: [],
      polled: 0,
      next,
      end: ends[input] ?? 0,
      newest: Number.NEGATIVE_INFINITY
    }))
  }

  /** The next offset to be read of an input. */
  next(input: number): number {
    return this.queues[input]!.next
  }

  /** Records of an input that wait for those of another. */
  waiting(input: number): number {
    return waitingIn(this.queues[input]!)
  }

  add(input: number, entries: readonly Entry<In>[], next: number): void {
    const queue = this.queues[input]!
    for (const entry of entries) {
      queue.newest = Math.max(queue.newest, entry.time)
      queue.waiting.push(entry.time === queue.newest ? entry : { ...entry, time: queue.newest })
    }
    queue.next = Math.max(queue.next, next)
  }

  /** True where records of an input would be taken as they come: none waits, and none of another input is due before them. */
  isFree(input: number): boolean {
    return this.queues.every((queue, at) => waitingIn(queue) === 0 && (at === input || queue.next >= queue.end))
  }

  /** Records of an input up to there were taken as they came. */
  advanceTo(input: number, next: number): void {
    const queue = this.queues[input]!
    queue.next = Math.max(queue.next, next)
  }

  /** The next record, and its input; null while one that may be older is still to be read. */
  poll(): { readonly input: number; readonly entry: Entry<In> } | null {
    const input = this.oldest()
    if (input === null) return null
    const queue = this.queues[input]!
    const entry = queue.waiting[queue.polled++]!
    if (queue.polled >= MAX_POLLED || queue.polled === queue.waiting.length) {
      queue.waiting = queue.waiting.slice(queue.polled)
      queue.polled = 0
    }
    return { input, entry }
  }

  private oldest(): number | null {
    let oldest: number | null = null
    let time = Number.POSITIVE_INFINITY
    for (const [input, queue] of this.queues.entries()) {
      const head = queue.waiting[queue.polled]
      if (head === undefined && queue.next < queue.end) return null
      if (head === undefined || (oldest !== null && head.time >= time)) continue
      oldest = input
      time = head.time
    }
    return oldest
  }
}
