import { TickstreamError } from '../../market/error.ts'
import type { DeadLetterReason } from '../../market/records/dead-letter-reason.ts'
import type { Clock } from '../../runtime/clock.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { deadLetterOf } from '../../stream/dead-letter-of.ts'
import type { LogIdentity } from '../../stream/log-identity.ts'
import { type Outgoing, outgoing } from '../../stream/topic.ts'
import type { Topology } from '../../stream/topology.ts'
import { deadLetters, stateTopic } from '../../topics.ts'
import { misplaced } from '../client/partitioner.ts'
import { isPublished, publishedBefore } from './commit/rebuild.ts'
import {
  type EarlierBuild,
  type InputLogs,
  type Offsets,
  POSITION_KEY,
  partKey,
  positionValue,
  type Restored
} from './commit/state-changelog.ts'
import { type Entry, type Message, PartitionGroup } from './partition-group.ts'
import { type Decoded, decodeMessage, type Input, messagesFrom } from './task-input.ts'

/** What one transaction has to hold: outputs, the newest of what watchers may see, the changed state, and the positions of the inputs. */
export type Commit = { readonly records: readonly Outgoing[]; readonly nextOffsets: Offsets }

const SHOW_EVERY_MS = 1_000

/** The fold of one partition in memory: the state of its keys, the positions of its inputs, and what waits for the next commit. */
export class TaskState<State, In, Out> {
  private readonly topology: Topology<State, In, Out>
  private readonly partition: number
  private readonly clock: Clock
  private readonly observe: (emitted: readonly Out[]) => void
  private readonly isHere: (key: string) => boolean
  private readonly states: Map<string, State>
  private readonly inputs: readonly Input<In>[]
  /** null: there is one input, and its records are folded as they come. */
  private readonly merged: PartitionGroup<Decoded<In>> | null
  private readonly earlier: readonly EarlierBuild[]
  /** Records of an older build that the next commit deletes. */
  private obsolete: readonly string[]
  private outputs: Outgoing[] = []
  /** Keys that changed since the last commit. */
  private touched = new Set<string>()
  /** Keys whose newest state no watcher has seen yet, and when each was last shown. */
  private readonly unseen = new Set<string>()
  private readonly snapshotAt = new Map<string, number>()

  /** `ends`: what each input holds now, in the order of the topology's inputs. `isHere`: whether a key belongs into this partition. */
  constructor(
    topology: Topology<State, In, Out>,
    partition: number,
    restored: Restored<State>,
    ends: readonly number[],
    clock: Clock,
    observe: (emitted: readonly Out[]) => void,
    isHere: (key: string) => boolean = () => true
  ) {
    this.isHere = isHere
    this.topology = topology
    this.partition = partition
    this.clock = clock
    this.observe = observe
    this.states = restored.states
    this.earlier = restored.earlier
    this.obsolete = restored.rebuild?.obsolete ?? []
    const published = publishedBefore(topology, restored.earlier)
    this.inputs = topology.from.map((source, input) => {
      const next = Number(restored.nextOffsets[source.name] ?? 0)
      const log = restored.logs[source.name] ?? null
      return { ...source, next, committed: next, log, published: published[input]! }
    })
    const starts = this.inputs.map(({ next }) => next)
    const awaited = this.inputs.map(({ isAside }, input) => (isAside ? 0 : (ends[input] ?? 0)))
    this.merged = starts.length > 1 ? new PartitionGroup(starts, awaited) : null
  }

  /** The next offset of an input that is to be read. */
  position(input: number): number {
    return this.merged?.next(input) ?? this.inputs[input]!.next
  }

  /** The log of an input, with the leader epoch of what was read of it last. */
  log(input: number): LogIdentity | null {
    return this.inputs[input]!.log
  }

  /** Records of an input that were read and wait for those of another. */
  waiting(input: number): number {
    return this.merged?.waiting(input) ?? 0
  }

  /** Outputs that wait for a commit. */
  get pending(): number {
    return this.outputs.length
  }

  /** Whether positions have moved since the last commit. */
  get isDue(): boolean {
    return this.inputs.some(({ next, committed }) => next !== committed)
  }

  /**
   * Folds records of an input in order, and moves its position to `endOffset`. Records before the position have been folded already.
   * `leaderEpoch`: that of the last one.
   */
  fold(input: number, messages: readonly Message[], endOffset: string, leaderEpoch: number | null): void {
    const due = messagesFrom(messages, this.position(input))
    const source = this.inputs[input]!
    if (source.log) source.log = { ...source.log, leaderEpoch }
    if (this.merged && !this.merged.isFree(input)) {
      this.merged.add(input, this.entries(source, due), Number(endOffset))
      this.foldMerged(this.merged)
      return
    }
    for (const message of due) this.foldOne(source, message, decodeMessage(source, message))
    this.merged?.advanceTo(input, Number(endOffset))
    source.next = Math.max(source.next, Number(endOffset))
  }

  /** Takes what the next transaction has to hold; null when nothing has changed. */
  drainCommit(): Commit | null {
    const snapshots = this.show()
    if (snapshots.length === 0 && !this.isDue) return null
    const nextOffsets = Object.fromEntries(this.inputs.map(({ name, next }) => [name, String(next)]))
    const records = [...this.outputs, ...snapshots, ...this.changedState(nextOffsets)]
    this.outputs = []
    this.touched = new Set()
    for (const input of this.inputs) input.committed = input.next
    return { records, nextOffsets }
  }

  private foldMerged(merged: PartitionGroup<Decoded<In>>): void {
    for (let polled = merged.poll(); polled; polled = merged.poll()) {
      const source = this.inputs[polled.input]!
      const { message, record } = polled.entry
      this.foldOne(source, message, record)
      source.next = Number(message.offset) + 1
    }
    for (const [input, source] of this.inputs.entries())
      if (merged.waiting(input) === 0) source.next = merged.next(input)
  }

  private entries(input: Input<In>, messages: readonly Message[]): readonly Entry<Decoded<In>>[] {
    const timeOf = this.topology.time ?? (() => 0)
    return messages.map(message => {
      const record = decodeMessage(input, message)
      const isTimeless = record === null || record instanceof TickstreamError
      return { message, record, time: isTimeless ? Number.NEGATIVE_INFINITY : timeOf(record) }
    })
  }

  /** What cannot be decoded is told when its turn comes: a dead letter belongs to the commit that moves the position past it. */
  private foldOne(input: Input<In>, message: Message, record: Decoded<In>): void {
    if (record instanceof TickstreamError) this.refuse(input, message, 'undecodable', record.message)
    else if (record !== null) this.apply(input, message, record)
  }

  private apply(input: Input<In>, message: Message, record: In): void {
    const { processor, route, key: keyOf } = this.topology
    const key = keyOf(record)
    const routingKey = input.partitionedBy === keyOf ? key : input.partitionedBy?.(record)
    if (routingKey !== undefined && !this.isHere(routingKey)) {
      this.refuse(input, message, 'misplaced', misplaced(routingKey, this.partition).message)
      return
    }
    const { state, emit, reject } = processor.step(this.stateOf(key), record)
    this.states.set(key, state)
    this.touched.add(key)
    if (reject) this.refuse(input, message, reject.reason, reject.detail)
    if (emit.length === 0) return
    const fresh = this.unpublished(emit, [input], Number(message.offset))
    for (const out of fresh) this.outputs.push(route(out))
    this.observe(fresh)
  }

  /** Those that no older build had published by an offset of these inputs. */
  private unpublished(emit: readonly Out[], inputs: readonly Input<In>[], offset?: number): readonly Out[] {
    if (this.earlier.length === 0) return emit
    const topicOf = (out: Out): string => this.topology.route(out).topic
    return emit.filter(out =>
      inputs.every(({ published, next }) => !isPublished(published, offset ?? next, topicOf(out)))
    )
  }

  private stateOf(key: string): State {
    let state = this.states.get(key)
    if (state === undefined) {
      state = this.topology.processor.init(key)
      this.states.set(key, state)
    }
    return state
  }

  private refuse(input: Input<In>, message: Message, reason: DeadLetterReason, detail: string): void {
    if (isPublished(input.published, Number(message.offset), deadLetters.name)) return
    const stage = this.topology.name
    const origin = { topic: input.name, partition: this.partition, offset: message.offset }
    metrics.deadLetters.inc({ stage, reason })
    if (reason === 'late') metrics.lateTrades.inc()
    this.outputs.push(
      outgoing(
        deadLetters,
        deadLetterOf({ stage, reason, detail, origin, receivedAt: this.clock.now() }, message.value ?? Buffer.alloc(0))
      )
    )
  }

  /** The newest of what a watcher may see, at most once a second a key. */
  private show(): readonly Outgoing[] {
    const { current } = this.topology.processor
    if (!current) return []
    for (const key of this.touched) this.unseen.add(key)
    const now = this.clock.monotonicMs()
    const due = [...this.unseen].filter(
      key => now - (this.snapshotAt.get(key) ?? Number.NEGATIVE_INFINITY) >= SHOW_EVERY_MS
    )
    return due.flatMap(key => {
      this.unseen.delete(key)
      this.snapshotAt.set(key, now)
      const snapshots = this.unpublished(current(this.stateOf(key)), this.inputs)
      this.observe(snapshots)
      return snapshots.map(this.topology.route)
    })
  }

  private logs(): InputLogs {
    return Object.fromEntries(this.inputs.flatMap(({ name, log }) => (log ? [[name, log]] : [])))
  }

  private changedState(nextOffsets: Offsets): readonly Outgoing[] {
    const { name, state } = this.topology
    const at = { topic: stateTopic(name), time: null, partition: this.partition }
    const parts = [...this.touched].flatMap(key =>
      state.changes(this.stateOf(key)).map(part => ({ ...at, key: partKey(key, part.name), value: part.value }))
    )
    const gone = this.obsolete.map(key => ({ ...at, key, value: null }))
    this.obsolete = []
    const position = positionValue(nextOffsets, state.version, this.logs(), this.earlier)
    return [...gone, ...parts, { ...at, key: POSITION_KEY, value: position }]
  }
}
