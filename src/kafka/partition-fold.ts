import { TickstreamError } from '../market/error.ts'
import type { Clock } from '../runtime/clock.ts'
import { metrics } from '../runtime/metrics.ts'
import { deadLetterOf } from '../stream/dead-letter-of.ts'
import { type Outgoing, outgoing } from '../stream/topic.ts'
import type { Topology } from '../stream/topology.ts'
import { deadLetters, stateTopic } from '../topics.ts'
import { POSITION_KEY, partKey, positionValue, type Restored } from './state-store.ts'

/** A record as the client hands it over. */
export type Message = { readonly key: Buffer | null; readonly value: Buffer | null; readonly offset: string }

/** What one transaction has to hold: outputs, the newest of what watchers may see, the changed state, and the input position. */
export type Commit = { readonly records: readonly Outgoing[]; readonly nextOffset: string }

const SHOW_EVERY_MS = 1_000
const NO_BYTES = Buffer.alloc(0)

/** The fold of one input partition in memory: the state of its keys, its position, and what waits for the next commit. */
export class PartitionFold<State, In, Out> {
  private readonly topology: Topology<State, In, Out>
  private readonly partition: number
  private readonly clock: Clock
  private readonly observe: (emitted: readonly Out[]) => void
  private readonly states: Map<string, State>
  private nextOffset: number
  private committedOffset: number
  private outputs: Outgoing[] = []
  /** Keys that changed since the last commit. */
  private touched = new Set<string>()
  /** Keys whose newest state no watcher has seen yet, and when each was last shown. */
  private readonly unseen = new Set<string>()
  private readonly shownAt = new Map<string, number>()

  constructor(
    topology: Topology<State, In, Out>,
    partition: number,
    restored: Restored<State>,
    clock: Clock,
    observe: (emitted: readonly Out[]) => void
  ) {
    this.topology = topology
    this.partition = partition
    this.clock = clock
    this.observe = observe
    this.states = restored.states
    this.nextOffset = Number(restored.nextOffset ?? 0)
    this.committedOffset = this.nextOffset
  }

  get position(): string {
    return String(this.nextOffset)
  }

  /** Outputs that wait for a commit. */
  get pending(): number {
    return this.outputs.length
  }

  /** Folds records in order, and moves the position to `endOffset`. Records before the position have been folded already. */
  fold(messages: readonly Message[], endOffset: string): void {
    const [first] = messages
    const fresh = first && Number(first.offset) >= this.nextOffset
    const due = fresh ? messages : messages.filter(message => Number(message.offset) >= this.nextOffset)
    for (const message of due) this.foldOne(message)
    this.nextOffset = Math.max(this.nextOffset, Number(endOffset))
  }

  /** Takes what the next transaction has to hold; null when nothing has changed. */
  takeCommit(): Commit | null {
    const shown = this.show()
    if (this.nextOffset === this.committedOffset && shown.length === 0) return null
    const records = [...this.outputs, ...shown, ...this.changedState()]
    this.outputs = []
    this.touched = new Set()
    this.committedOffset = this.nextOffset
    return { records, nextOffset: this.position }
  }

  private foldOne(message: Message): void {
    const record = this.decode(message)
    if (record === undefined) return
    const { processor, route, key: keyOf } = this.topology
    const key = keyOf(record)
    const { state, emit, reject } = processor.step(this.stateOf(key), record)
    this.states.set(key, state)
    this.touched.add(key)
    if (reject) this.refuse(message, reject.reason, reject.detail)
    if (emit.length === 0) return
    for (const out of emit) this.outputs.push(route(out))
    this.observe(emit)
  }

  private stateOf(key: string): State {
    let state = this.states.get(key)
    if (state === undefined) {
      state = this.topology.processor.init(key)
      this.states.set(key, state)
    }
    return state
  }

  private decode(message: Message): In | undefined {
    try {
      return this.topology.from[0]!.decode(message.value ?? NO_BYTES)
    } catch (error) {
      if (!(error instanceof TickstreamError)) throw error
      this.refuse(message, 'undecodable', error.message)
      return undefined
    }
  }

  private refuse(message: Message, reason: string, detail: string): void {
    const stage = this.topology.name
    const origin = { topic: this.topology.from[0]!.name, partition: this.partition, offset: message.offset }
    metrics.deadLetters.inc({ stage, reason })
    if (reason === 'late') metrics.lateTrades.inc()
    this.outputs.push(
      outgoing(
        deadLetters,
        deadLetterOf({ stage, reason, detail, origin, receivedAt: this.clock.now() }, message.value ?? NO_BYTES)
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
      key => now - (this.shownAt.get(key) ?? Number.NEGATIVE_INFINITY) >= SHOW_EVERY_MS
    )
    return due.flatMap(key => {
      this.unseen.delete(key)
      this.shownAt.set(key, now)
      const shown = current(this.stateOf(key))
      this.observe(shown)
      return shown.map(this.topology.route)
    })
  }

  private changedState(): readonly Outgoing[] {
    const { name, state } = this.topology
    const at = { topic: stateTopic(name), time: this.clock.now(), partition: this.partition }
    const parts = [...this.touched].flatMap(key =>
      state.changes(this.stateOf(key)).map(part => ({ ...at, key: partKey(key, part.name), value: part.value }))
    )
    return [...parts, { ...at, key: POSITION_KEY, value: positionValue(this.position, state.version) }]
  }
}
