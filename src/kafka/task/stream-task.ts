import type { Producer } from 'kafkajs'
import { type Clock, nextTurn } from '../../runtime/clock.ts'
import type { LogIdentity } from '../../stream/log-identity.ts'
import type { Offsets } from './commit/state-changelog.ts'
import { commitRecords } from './commit/transactions.ts'
import type { Message } from './partition-group.ts'
import type { TaskState } from './task-state.ts'

/** What a task reports to the task manager. */
export type TaskEvents = {
  /** A commit failed: what is in memory is ahead of what is stored, and must be thrown away. */
  readonly onFailure: (error: unknown) => void
  /** Asked while a commit is on its way: rejects when what was read is no longer what is there. */
  readonly confirm: () => Promise<void>
  /** Something waits to be committed. */
  readonly onDue: () => void
  readonly onCommit: (nextOffsets: Offsets) => void
}

/** So many records are folded at a range: a commit takes several answers of the broker, and each would wait for the whole batch. */
const SLICE = 1_000
/** The next slice waits for the commit under way when more outputs than these are waiting already. */
const MAX_PENDING = 1_500
/** Windows of many symbols close within moments of each other: outputs wait so long, so that one commit holds many. */
const LINGER_MS = 10
/** How soon the position and the state follow when there is nothing to publish. */
const QUIET_COMMIT_MS = 500

/** Legal moves of a task: see the drawing at `StreamTask`. */
const MOVES = { running: ['committing', 'closed'], committing: ['running', 'closed'], closed: [] } as const

type TaskStatus = keyof typeof MOVES

/**
 * One partition of a topology that this process owns, from its restore to its end:
 *
 *     running <──> committing
 *        │             │
 *        └─> closed <──┘
 *
 * Records are folded while a commit is under way too. A closed task folds and commits nothing more; a commit that was under way ends as it
 * will, whole or not at all.
 */
export class StreamTask<State, In, Out> {
  readonly partition: number
  private readonly producer: Producer
  private readonly content: TaskState<State, In, Out>
  private readonly prefix: string
  private readonly commitEveryMs: number
  private readonly clock: Clock
  private readonly events: TaskEvents
  private committing: Promise<void> | null = null
  private committedAt: number
  private isFlushDue = false
  private status: TaskStatus = 'running'

  constructor(
    content: TaskState<State, In, Out>,
    producer: Producer,
    settings: {
      readonly partition: number
      readonly prefix: string
      readonly commitEveryMs: number
      readonly clock: Clock
    },
    events: TaskEvents
  ) {
    this.content = content
    this.producer = producer
    this.partition = settings.partition
    this.prefix = settings.prefix
    this.commitEveryMs = settings.commitEveryMs
    this.clock = settings.clock
    this.events = events
    this.committedAt = this.clock.monotonicMs()
    void this.commitInTime()
  }

  /** The next offset of an input that is to be read. */
  position(input: number): number {
    return this.content.position(input)
  }

  /** The log of an input, with the leader epoch of what was read of it last. */
  log(input: number): LogIdentity | null {
    return this.content.log(input)
  }

  /** Records of an input that were read and wait for those of another. */
  waiting(input: number): number {
    return this.content.waiting(input)
  }

  /** Folds a batch of an input; commits go on beside it. */
  async process(
    input: number,
    messages: readonly Message[],
    endOffset: string,
    leaderEpoch: number | null
  ): Promise<void> {
    for (let begin = 0; begin === 0 || begin < messages.length; begin += SLICE) {
      if (begin > 0) await nextTurn()
      if (this.isClosed) return
      const next = messages[begin + SLICE]
      this.content.fold(input, messages.slice(begin, begin + SLICE), next?.offset ?? endOffset, leaderEpoch)
      if (this.content.isDue) this.events.onDue()
      if (this.content.pending > 0) void this.flushSoon()
      while (!this.isClosed && this.content.pending > MAX_PENDING) await this.flush()
    }
  }

  /** Commits what is folded so far, after the commit under way. */
  async finish(): Promise<void> {
    await this.committing
    await this.flush()
  }

  /** Gives the partition up. */
  close(): void {
    if (this.isClosed) return
    this.moveTo('closed')
    const ended = this.committing ?? Promise.resolve()
    void ended.then(() => this.producer.disconnect()).catch(() => undefined)
  }

  private async commitInTime(): Promise<void> {
    while (!this.isClosed) {
      await this.clock.sleep(Math.max(this.commitEveryMs, QUIET_COMMIT_MS))
      if (!this.isClosed) await this.flush()
    }
  }

  /** Commits outputs as soon as the last commit is `commitEveryMs` ago. */
  private async flushSoon(): Promise<void> {
    if (this.isFlushDue) return
    this.isFlushDue = true
    const due = this.committedAt + this.commitEveryMs - this.clock.monotonicMs()
    await this.clock.sleep(Math.max(LINGER_MS, due))
    this.isFlushDue = false
    if (!this.isClosed) await this.flush()
  }

  /** One commit at a time; folding goes on meanwhile. */
  private flush(): Promise<void> {
    this.committing ??= this.commitOnce().finally(() => {
      this.committing = null
    })
    return this.committing
  }

  private get isClosed(): boolean {
    return this.status === 'closed'
  }

  private moveTo(next: TaskStatus): void {
    const legal: readonly TaskStatus[] = MOVES[this.status]
    if (!legal.includes(next))
      throw new Error(`the task of partition ${this.partition} cannot go from ${this.status} to ${next}`)
    this.status = next
  }

  private async commitOnce(): Promise<void> {
    const commit = this.isClosed ? null : this.content.drainCommit()
    this.committedAt = this.clock.monotonicMs()
    if (!commit) return
    this.moveTo('committing')
    try {
      await commitRecords(this.producer, this.prefix, commit.records, this.events.confirm)
    } catch (error) {
      if (!this.isClosed) this.events.onFailure(error)
      return
    }
    if (!this.isClosed) this.moveTo('running')
    this.events.onCommit(commit.nextOffsets)
    if (this.content.isDue) this.events.onDue()
  }
}
