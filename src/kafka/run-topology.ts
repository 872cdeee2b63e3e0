import type { Consumer, EachBatchPayload, Producer } from 'kafkajs'
import { backOffMs } from '../runtime/back-off.ts'
import { metrics } from '../runtime/metrics.ts'
import { within } from '../runtime/within.ts'
import { stateTopic } from '../topics.ts'
import { groupSession } from './group-session.ts'
import { HeldPartition } from './held-partition.ts'
import { isFenced, isFinal } from './kafka-errors.ts'
import { takeProducer } from './partition-commits.ts'
import { PartitionFold } from './partition-fold.ts'
import { offsetsOf } from './read-range.ts'
import { type Held, startOf } from './start-offsets.ts'
import { type Restored, restorePartitions } from './state-store.ts'
import { steer } from './steer.ts'
import { lookForLoss, tellLoss } from './tell-loss.ts'
import { createTopologyConsumer } from './topology-consumer.ts'
import type { TopologyRun } from './topology-run.ts'

const RETAKE_WITHIN = { firstMs: 200, mostMs: 5_000 }
const TELL_LAG_EVERY_MS = 1_000
/** Of a last commit, and of leaving the group: a broker that is away must not keep a stage from stopping. */
const STOP_WITHIN_MS = 3_000

/**
 * Runs a topology exactly once: per input partition, outputs, changed state and the next input offset are one transaction.
 * Taking a partition fences whoever held it before; after any error its state is thrown away and it is taken again.
 */
export class TopologyRunner<State, In, Out> {
  private readonly run: TopologyRun<State, In, Out>
  private readonly consumer: Consumer
  private readonly input: string
  private readonly held = new Map<number, HeldPartition<State, In, Out>>()
  private readonly toldAt = new Map<number, number>()
  /** Raised at every rebalance; what was begun under an older one is void. */
  private generation = 0
  private fail: (error: unknown) => void = () => undefined

  constructor(run: TopologyRun<State, In, Out>) {
    this.run = run
    this.input = run.prefix + run.topology.from[0]!.name
    this.consumer = createTopologyConsumer(run.kafka, run.prefix + run.topology.name, run.signal)
  }

  /** Runs until the signal; rejects when it cannot go on, for example when a topic is missing. */
  async start(): Promise<void> {
    const { kafka, topology, prefix, signal } = this.run
    await Promise.all([offsetsOf(kafka, this.input), offsetsOf(kafka, prefix + stateTopic(topology.name))])
    const ended = new Promise<void>((resolve, reject) => {
      this.fail = reject
      signal.addEventListener('abort', () => resolve(), { once: true })
      if (signal.aborted) resolve()
    })
    this.listen()
    this.tellHealth('joining the group')
    try {
      await this.consumer.connect()
      await this.consumer.subscribe({ topic: this.input, fromBeginning: true })
      await this.consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: true,
        eachBatch: payload => this.onBatch(payload)
      })
      await ended
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
      this.loseAll()
      this.run.log.warn({ err: payload.error }, 'the consumer broke off and starts again')
      if (!payload.restart) this.fail(payload.error)
    })
  }

  private pause(partitions: readonly number[]): void {
    if (partitions.length > 0) steer(() => this.consumer.pause([{ topic: this.input, partitions: [...partitions] }]))
  }

  private loseAll(): void {
    this.generation++
    for (const held of this.held.values()) held.lose()
    this.held.clear()
    this.tellHealth('waiting for the group to assign them')
  }

  private tellHealth(problem: string | null): void {
    this.run.health.report('partitions', problem)
  }

  /** Takes partitions that the group has assigned: fence, restore, seek, resume. Tried again until the next assignment. */
  private async take(partitions: readonly number[], generation: number, attempt: number): Promise<void> {
    const producers = new Map<number, Producer>()
    try {
      if (partitions.length > 0) await this.fenceAndRestore(partitions, generation, producers)
      this.tellHealth(null)
    } catch (error) {
      for (const producer of producers.values()) void producer.disconnect().catch(() => undefined)
      if (generation !== this.generation || this.run.signal.aborted) return
      if (isFinal(error)) {
        this.fail(error)
        return
      }
      this.run.log.warn({ err: error, partitions }, 'partitions could not be taken, trying again')
      this.tellHealth('waiting for the broker')
      await this.run.clock.sleep(backOffMs(attempt, RETAKE_WITHIN, Math.random))
      if (generation === this.generation) await this.take(partitions, generation, attempt + 1)
    }
  }

  private async fenceAndRestore(
    partitions: readonly number[],
    generation: number,
    producers: Map<number, Producer>
  ): Promise<void> {
    const { kafka, topology, prefix } = this.run
    const fence = async (partition: number): Promise<void> => {
      producers.set(partition, await takeProducer(kafka, `${prefix}${topology.name}-${partition}`))
    }
    await Promise.all(partitions.map(fence))
    const restored = await restorePartitions(kafka, prefix + stateTopic(topology.name), topology, partitions)
    const input = new Map((await offsetsOf(kafka, this.input)).map(at => [at.partition, { topic: this.input, ...at }]))
    if (generation !== this.generation) throw new Error('the group was rebalanced meanwhile')
    for (const [partition, producer] of producers)
      this.hold(partition, producer, restored.get(partition)!, input.get(partition)!)
  }

  private hold(partition: number, producer: Producer, restored: Restored<State>, held: Held): void {
    const { topology, clock, log, prefix, commitEveryMs } = this.run
    const start = startOf(held, restored.nextOffset === null ? null : BigInt(restored.nextOffset))
    tellLoss({ stage: topology.name, log }, start)
    const nextOffset = String(start.next)
    const fold = new PartitionFold(
      topology,
      partition,
      { ...restored, nextOffset },
      clock,
      this.run.observe ?? (() => undefined)
    )
    const one: HeldPartition<State, In, Out> = new HeldPartition(
      fold,
      producer,
      { partition, prefix, commitEveryMs, clock },
      {
        onFailure: error => this.retake(one, error),
        onCommit: offset => this.tellPosition(partition, offset)
      }
    )
    this.held.set(partition, one)
    steer(() => {
      this.consumer.seek({ topic: this.input, partition, offset: nextOffset })
      this.consumer.resume([{ topic: this.input, partitions: [partition] }])
    })
    log.info({ partition, offset: nextOffset, keys: restored.states.size }, 'partition taken')
  }

  /** A batch that was fetched before the partition was taken (again) is stale: its records may lie beyond what was restored. */
  private async onBatch({ batch, heartbeat, isStale }: EachBatchPayload): Promise<void> {
    const held = this.held.get(batch.partition)
    if (!held || isStale()) return
    const { prefix, topology, clock } = this.run
    const newest = batch.messages.at(-1)
    if (newest)
      metrics.eventLag.observe({ stage: topology.name }, Math.max(0, clock.now() - Number(newest.timestamp)) / 1000)
    metrics.consumerLag.set(
      { consumergroup: prefix + topology.name, topic: this.input, partition: batch.partition },
      Math.max(0, Number(batch.offsetLag()))
    )
    this.noticeJump(held, batch.firstOffset())
    try {
      await held.take(batch.messages, String(BigInt(batch.lastOffset()) + 1n))
    } catch (error) {
      this.fail(error)
    }
    await heartbeat()
  }

  private noticeJump({ position, partition }: HeldPartition<State, In, Out>, first: string | null): void {
    const [from, to] = [BigInt(position), BigInt(first ?? position)]
    if (to <= from) return
    const { kafka, log, topology } = this.run
    const teller = { kafka, log, stage: topology.name }
    void lookForLoss(teller, { topic: this.input, partition }, from, to).catch(err =>
      log.warn({ err, partition, from: position, to: first }, 'records may have been deleted before they were read')
    )
  }

  /** Group offsets are for lag tools alone: the position that counts stands in the state. */
  private tellPosition(partition: number, offset: string): void {
    this.run.onCommit?.(partition, offset)
    const now = this.run.clock.monotonicMs()
    if (now - (this.toldAt.get(partition) ?? Number.NEGATIVE_INFINITY) < TELL_LAG_EVERY_MS) return
    this.toldAt.set(partition, now)
    void this.consumer.commitOffsets([{ topic: this.input, partition, offset }]).catch(() => undefined)
  }

  private retake(held: HeldPartition<State, In, Out>, error: unknown): void {
    const { partition } = held
    if (this.held.get(partition) === held) this.held.delete(partition)
    this.pause([partition])
    held.lose()
    if (isFinal(error)) this.fail(error)
    else if (isFenced(error)) {
      this.run.log.warn({ partition }, 'another process has taken this partition; waiting for the next assignment')
      void this.retakeUnlessAssigned(partition, this.generation)
    } else {
      this.run.log.warn({ err: error, partition }, 'a commit failed; the partition is restored from its last one')
      void this.take([partition], this.generation, 0)
    }
  }

  /**
   * Whoever fenced this owner was assigned the partition, or had slept and believed so: the group decides, within a session timeout.
   * When it has not spoken by then, this process is still the owner, and nobody else would work on the partition.
   */
  private async retakeUnlessAssigned(partition: number, generation: number): Promise<void> {
    const { clock, signal } = this.run
    await clock.sleep(groupSession.sessionTimeout, signal).catch(() => undefined)
    if (generation === this.generation && !signal.aborted) await this.take([partition], generation, 0)
  }

  private async stop(): Promise<void> {
    this.toldAt.clear()
    const { clock } = this.run
    await within(STOP_WITHIN_MS, Promise.all([...this.held.values()].map(held => held.finish())), clock)
    this.loseAll()
    await within(STOP_WITHIN_MS, this.consumer.disconnect(), clock).catch(() => undefined)
  }
}
