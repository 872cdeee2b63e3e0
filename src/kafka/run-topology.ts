import type { Consumer, EachBatchPayload, Kafka, Producer } from 'kafkajs'
import { backOffMs } from '../runtime/back-off.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Health } from '../runtime/health.ts'
import type { Logger } from '../runtime/log.ts'
import { metrics } from '../runtime/metrics.ts'
import type { Topology } from '../stream/topology.ts'
import { stateTopic } from '../topics.ts'
import { commitRecords, takeProducer } from './partition-commits.ts'
import { PartitionFold } from './partition-fold.ts'
import { offsetsOf } from './read-range.ts'
import { type Restored, restorePartitions } from './state-store.ts'

/** What the loop runs with. `observe` sees what the processor emits, for metrics. */
export type TopologyRun<State, In, Out> = {
  readonly topology: Topology<State, In, Out>
  readonly kafka: Kafka
  readonly prefix: string
  readonly commitEveryMs: number
  readonly clock: Clock
  readonly log: Logger
  readonly health: Health
  readonly signal: AbortSignal
  readonly observe?: (emitted: readonly Out[]) => void
  /** Told of every commit: how many input records lie behind it in this partition's position. */
  readonly onCommit?: (partition: number, nextOffset: string) => void
}

/** The least that a broker allows by default, and so the time until a killed member's partitions are taken over. */
const SESSION_TIMEOUT_MS = 6_000
const HEARTBEAT_MS = 1_500
/** A batch waits for the commit under way when so many outputs are waiting already. */
const MOST_PENDING = 20_000
const RETAKE_WITHIN = { firstMs: 200, mostMs: 5_000 }
const TELL_LAG_EVERY_MS = 1_000

/** A partition that this process holds now. Once it is `lost`, nothing of it may be used again. */
type Held<State, In, Out> = {
  readonly partition: number
  readonly producer: Producer
  readonly fold: PartitionFold<State, In, Out>
  committing: Promise<void> | null
  committedAt: number
  toldAt: number
  lost: boolean
}

/**
 * Runs a topology exactly once: per input partition, outputs, changed state and the next input offset are one transaction.
 * Taking a partition fences whoever held it before; after any error its state is thrown away and it is taken again.
 */
export class TopologyRunner<State, In, Out> {
  private readonly run: TopologyRun<State, In, Out>
  private readonly consumer: Consumer
  private readonly input: string
  private readonly held = new Map<number, Held<State, In, Out>>()
  /** Raised at every rebalance; what was begun under an older one is void. */
  private generation = 0
  private fail: (error: unknown) => void = () => undefined

  constructor(run: TopologyRun<State, In, Out>) {
    this.run = run
    this.input = run.prefix + run.topology.from[0]!.name
    this.consumer = run.kafka.consumer({
      groupId: run.prefix + run.topology.name,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      readUncommitted: false,
      maxWaitTimeInMs: 100,
      maxBytesPerPartition: 2 << 20,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 3_000,
        retries: 10,
        restartOnFailure: async () => !this.run.signal.aborted
      }
    })
  }

  /** Runs until the signal; rejects when it cannot go on, for example when a topic is missing. */
  async start(): Promise<void> {
    const { kafka, topology, prefix, signal } = this.run
    await Promise.all([offsetsOf(kafka, this.input), offsetsOf(kafka, prefix + stateTopic(topology.name))])
    const failed = new Promise<never>((_, reject) => {
      this.fail = reject
    })
    const stopped = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    this.listen()
    try {
      await this.consumer.connect()
      await this.consumer.subscribe({ topic: this.input, fromBeginning: true })
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: true,
        eachBatch: payload => this.onBatch(payload)
      })
      await Promise.race([signal.aborted ? undefined : stopped, failed])
    } finally {
      await this.stop()
    }
  }

  private listen(): void {
    const { GROUP_JOIN, REBALANCING, CRASH } = this.consumer.events
    this.consumer.on(REBALANCING, () => this.loseAll())
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      this.loseAll()
      const partitions = payload.memberAssignment[this.input] ?? []
      this.pause(partitions)
      void this.take(partitions, this.generation, 0)
    })
    this.consumer.on(CRASH, ({ payload }) => {
      this.run.log.warn({ err: payload.error }, 'the consumer broke off and starts again')
      if (!payload.restart) this.fail(payload.error)
    })
  }

  private pause(partitions: readonly number[]): void {
    if (partitions.length > 0) this.consumer.pause([{ topic: this.input, partitions: [...partitions] }])
  }

  private loseAll(): void {
    this.generation++
    for (const held of this.held.values()) this.lose(held)
  }

  private lose(held: Held<State, In, Out>): void {
    held.lost = true
    if (this.held.get(held.partition) === held) this.held.delete(held.partition)
    const ended = held.committing ?? Promise.resolve()
    void ended.catch(() => undefined).then(() => held.producer.disconnect().catch(() => undefined))
  }

  /** Takes partitions that the group has assigned: fence, restore, seek, resume. Tried again until the next assignment. */
  private async take(partitions: readonly number[], generation: number, attempt: number): Promise<void> {
    if (partitions.length === 0) return
    const { kafka, topology, prefix, log, health, clock, signal } = this.run
    const producers = new Map<number, Producer>()
    try {
      await Promise.all(
        partitions.map(async partition => {
          producers.set(partition, await takeProducer(kafka, `${prefix}${topology.name}-${partition}`))
        })
      )
      const restored = await restorePartitions(kafka, prefix + stateTopic(topology.name), topology, partitions)
      const lows = new Map((await offsetsOf(kafka, this.input)).map(at => [at.partition, at.low]))
      if (generation !== this.generation) throw new Superseded()
      for (const [partition, producer] of producers)
        this.hold(partition, producer, restored.get(partition)!, lows.get(partition) ?? 0n)
      health.report('partitions', null)
    } catch (error) {
      for (const producer of producers.values()) void producer.disconnect().catch(() => undefined)
      if (error instanceof Superseded || generation !== this.generation || signal.aborted) return
      if (isFinal(error)) return this.fail(error)
      log.warn({ err: error, partitions }, 'partitions could not be taken, trying again')
      health.report('partitions', 'waiting for the broker')
      await clock.sleep(backOffMs(attempt, RETAKE_WITHIN, Math.random))
      if (generation === this.generation) await this.take(partitions, generation, attempt + 1)
    }
  }

  private hold(partition: number, producer: Producer, restored: Restored<State>, low: bigint): void {
    const { topology, clock, log, observe } = this.run
    const wanted = BigInt(restored.nextOffset ?? low)
    if (wanted < low)
      log.error(
        { partition, from: String(wanted), to: String(low) },
        `${low - wanted} records were deleted by retention before they were read; going on behind them`
      )
    const at = { nextOffset: String(wanted < low ? low : wanted), states: restored.states }
    const fold = new PartitionFold(topology, partition, at, clock, observe ?? (() => undefined))
    const held: Held<State, In, Out> = {
      partition,
      producer,
      fold,
      committing: null,
      committedAt: clock.monotonicMs(),
      toldAt: 0,
      lost: false
    }
    this.held.set(partition, held)
    this.consumer.seek({ topic: this.input, partition, offset: at.nextOffset })
    this.consumer.resume([{ topic: this.input, partitions: [partition] }])
    void this.commitInTime(held)
    log.info({ partition, offset: at.nextOffset, keys: restored.states.size }, 'partition taken')
  }

  private async onBatch({ batch, heartbeat }: EachBatchPayload): Promise<void> {
    const held = this.held.get(batch.partition)
    if (!held) return
    try {
      held.fold.fold(batch.messages, String(BigInt(batch.lastOffset()) + 1n))
    } catch (error) {
      return this.fail(error)
    }
    const newest = batch.messages.at(-1)
    const { clock, topology } = this.run
    if (newest)
      metrics.eventLag.observe({ stage: topology.name }, Math.max(0, clock.now() - Number(newest.timestamp)) / 1000)
    metrics.consumerLag.set(
      { consumergroup: this.run.prefix + topology.name, topic: this.input, partition: batch.partition },
      Number(batch.offsetLag())
    )
    if (clock.monotonicMs() - held.committedAt >= this.run.commitEveryMs) void this.flush(held)
    while (!held.lost && held.fold.pending > MOST_PENDING) await this.flush(held)
    await heartbeat()
  }

  /** Commits what the last batch of a quiet partition left. */
  private async commitInTime(held: Held<State, In, Out>): Promise<void> {
    while (!held.lost) {
      await this.run.clock.sleep(this.run.commitEveryMs)
      if (!held.lost) await this.flush(held)
    }
  }

  /** One commit at a time; folding goes on meanwhile. */
  private flush(held: Held<State, In, Out>): Promise<void> {
    held.committing ??= this.commitOnce(held).finally(() => {
      held.committing = null
    })
    return held.committing
  }

  private async commitOnce(held: Held<State, In, Out>): Promise<void> {
    const commit = held.fold.takeCommit()
    held.committedAt = this.run.clock.monotonicMs()
    if (!commit) return
    try {
      await commitRecords(held.producer, this.run.prefix, commit.records)
      this.run.onCommit?.(held.partition, commit.nextOffset)
      this.tellPosition(held, commit.nextOffset)
    } catch (error) {
      this.retake(held, error)
    }
  }

  /** Group offsets are for lag tools alone: the position that counts stands in the state. */
  private tellPosition(held: Held<State, In, Out>, offset: string): void {
    const now = this.run.clock.monotonicMs()
    if (now - held.toldAt < TELL_LAG_EVERY_MS) return
    held.toldAt = now
    void this.consumer.commitOffsets([{ topic: this.input, partition: held.partition, offset }]).catch(() => undefined)
  }

  private retake(held: Held<State, In, Out>, error: unknown): void {
    if (held.lost) return
    this.pause([held.partition])
    this.lose(held)
    if (isFinal(error)) {
      this.fail(error)
      return
    }
    if (isFenced(error)) {
      this.run.log.warn(
        { partition: held.partition },
        'another process has taken this partition; waiting for the next assignment'
      )
      return
    }
    this.run.log.warn(
      { err: error, partition: held.partition },
      'a commit failed; the partition is restored from its last one'
    )
    void this.take([held.partition], this.generation, 0)
  }

  private async stop(): Promise<void> {
    const held = [...this.held.values()]
    await Promise.all(
      held.map(async one => {
        await one.committing
        await this.flush(one)
        const offsets = [{ topic: this.input, partition: one.partition, offset: one.fold.position }]
        await this.consumer.commitOffsets(offsets).catch(() => undefined)
      })
    ).catch(() => undefined)
    this.loseAll()
    await this.consumer.disconnect().catch(() => undefined)
    await Promise.all(held.map(one => one.producer.disconnect().catch(() => undefined)))
  }
}

/** A rebalance came while partitions were being taken. */
class Superseded extends Error {}

const typeOf = (error: unknown): string => (error instanceof Error && 'type' in error ? String(error.type) : '')

const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause ? causeOf(error.cause) : error)

const isFenced = (error: unknown): boolean =>
  ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'].includes(typeOf(causeOf(error)))

/** What no waiting mends: a topic that is missing, settings that do not fit the state, a record larger than its topic takes. */
const isFinal = (error: unknown): boolean => {
  const cause = causeOf(error)
  if (error instanceof Error && error.name === 'TickstreamError' && !('retryable' in error && error.retryable))
    return true
  return ['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED', 'MESSAGE_TOO_LARGE'].includes(typeOf(cause))
}
