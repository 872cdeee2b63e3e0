import type { RecordLabel } from '../../stream/topology.ts'

/** A record as the client hands it over; `unreadable` says why it stands for a batch that nobody can read. */
export type Message = RecordLabel & {
  readonly value: Buffer | null
  readonly offset: string
  readonly unreadable?: string
}

/** A record on its way into a fold. */
export type Entry<In> = { readonly message: Message; readonly record: In; readonly time: number }

type Lane<In> = {
  waiting: Entry<In>[]
  /** Entries of `waiting` that are gone already. */
  taken: number
  /** The next offset to be read. */
  next: number
  /** What the broker held when the partition was taken: up to here the others wait for this input. */
  readonly end: number
  newest: number
}

const MAX_TAKEN = 1_024

const waitingIn = <In>(lane: Lane<In>): number => lane.waiting.length - lane.taken

/**
 * The co-partitioned inputs of one partition as one sequence. What the broker held when the partition was taken comes in order of time,
 * equal times in order of the inputs, so that a replay joins what belonged together; what is written later comes as it arrives.
 */
export class PartitionGroup<In> {
  private readonly lanes: readonly Lane<In>[]

  /** `starts`: where each input is read from; `ends`: what it holds now, 0 where the others do not wait for it. */
  constructor(starts: readonly number[], ends: readonly number[]) {
    this.lanes = starts.map((next, input) => ({
      waiting: [],
      taken: 0,
      next,
      end: ends[input] ?? 0,
      newest: Number.NEGATIVE_INFINITY
    }))
  }

  /** The next offset to be read of an input. */
  next(input: number): number {
    return this.lanes[input]!.next
  }

  /** Records of an input that wait for those of another. */
  waiting(input: number): number {
    return waitingIn(this.lanes[input]!)
  }

  put(input: number, entries: readonly Entry<In>[], next: number): void {
    const lane = this.lanes[input]!
    for (const entry of entries) {
      lane.newest = Math.max(lane.newest, entry.time)
      lane.waiting.push(entry.time === lane.newest ? entry : { ...entry, time: lane.newest })
    }
    lane.next = Math.max(lane.next, next)
  }

  /** True where records of an input would be taken as they come: none waits, and none of another input is due before them. */
  isFree(input: number): boolean {
    return this.lanes.every((lane, at) => waitingIn(lane) === 0 && (at === input || lane.next >= lane.end))
  }

  /** Records of an input up to there were taken as they came. */
  pass(input: number, next: number): void {
    const lane = this.lanes[input]!
    lane.next = Math.max(lane.next, next)
  }

  /** The next record, and its input; null while one that may be older is still to be read. */
  take(): { readonly input: number; readonly entry: Entry<In> } | null {
    const input = this.oldest()
    if (input === null) return null
    const lane = this.lanes[input]!
    const entry = lane.waiting[lane.taken++]!
    if (lane.taken >= MAX_TAKEN || lane.taken === lane.waiting.length) {
      lane.waiting = lane.waiting.slice(lane.taken)
      lane.taken = 0
    }
    return { input, entry }
  }

  private oldest(): number | null {
    let oldest: number | null = null
    let time = Number.POSITIVE_INFINITY
    for (const [input, lane] of this.lanes.entries()) {
      const head = lane.waiting[lane.taken]
      if (head === undefined && lane.next < lane.end) return null
      if (head === undefined || (oldest !== null && head.time >= time)) continue
      oldest = input
      time = head.time
    }
    return oldest
  }
}
