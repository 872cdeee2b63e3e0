import type { Consumer, ConsumerEndBatchProcessEvent, EachBatchPayload } from 'kafkajs'
import { backOffMs } from '../../runtime/back-off.ts'
import { within } from '../../runtime/within.ts'
import { explainFailure } from '../client/explain-failure.ts'
import { steer } from '../client/if-attached.ts'
import { isFenced, isFinal } from '../client/kafka-errors.ts'
import { belongsInto } from '../client/partitioner.ts'
import { groupSession } from '../client/session-timeouts.ts'
import type { Offsets } from '../commit/changelog.ts'
import { type CommitWatch, createCommitWatch } from '../commit/commit-watch.ts'
import { observeBatch } from '../commit/observe-batch.ts'
import { leaderEpochOf, toldLeaderEpoch } from '../log/leader-epoch.ts'
import { LogChanged } from '../log/log-check.ts'
import { tellLoss } from '../log/report-lost-records.ts'
import { createInputBalance, type InputBalance } from './input-balance.ts'
import { InputLogs } from './input-logs.ts'
import { createGroupReporter } from './offset-reporter.ts'
import { inputTopics, requireTopics, type TakenPartition, takePartitions } from './restore-tasks.ts'
import { HeldPartition } from './stream-task.ts'
import type { TopologyRun } from './task-options.ts'
import { PartitionFold } from './task-state.ts'
import { createTopologyConsumer } from './topology-consumer.ts'

const RETAKE_WITHIN = { firstMs: 200, mostMs: 5_000 }
/** Of a last commit, and of leaving the group: a broker that is away must not keep a stage from stopping. */
const STOP_WITHIN_MS = 3_000

/**
 * Runs a topology exactly once: per input partition, outputs, changed state and the next input offset are one transaction.
 * Taking a partition fences whoever held it before; after any error its state is thrown away and it is taken again.
 */
export class TopologyRunner<State, In, Out> {
  private readonly run: TopologyRun<State, In, Out>
  private readonly consumer: Consumer
  /** The broker's names, in the order of the topology's inputs. */
  private readonly inputs: readonly string[]
  private readonly held = new Map<number, HeldPartition<State, In, Out>>()
  private readonly inputBalance: InputBalance
  private readonly reportPositions: (partition: number, offsets: Offsets) => void
  private readonly commits: CommitWatch
  private readonly inputLogs: InputLogs<State, In, Out>
  /** Raised at every rebalance; what was begun under an older one is void. */
  private generation = 0
  private fail: (error: unknown) => void = () => undefined

  constructor(run: TopologyRun<State, In, Out>) {
    this.run = run
    this.inputs = inputTopics(run)
    this.consumer = createTopologyConsumer(run.kafka, run.prefix + run.topology.name, run.signal)
    this.inputLogs = new InputLogs(run)
    this.inputBalance = createInputBalance(this.consumer, this.inputs)
    this.reportPositions = createGroupReporter(this.consumer, run.prefix, run.clock)
    this.commits = createCommitWatch({ stage: run.topology.name, clock: run.clock, health: run.health })
  }

  /** Runs until the signal; rejects when it cannot go on, for example when a topic is missing. */
  async start(): Promise<void> {
    const { signal } = this.run
    await requireTopics(this.run)
    const ended = new Promise<void>((resolve, reject) => {
      this.fail = reject
      signal.addEventListener('abort', () => resolve(), { once: true })
      if (signal.aborted) resolve()
    })
    this.listen()
    this.tellHealth('joining the group')
    try {
      await this.consumer.connect()
      await this.consumer.subscribe({ topics: [...this.inputs], fromBeginning: true })
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
    const { GROUP_JOIN, REBALANCING, END_BATCH_PROCESS, CRASH } = this.consumer.events
    this.consumer.on(REBALANCING, () => this.loseAll())
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      this.loseAll()
      const partitions = payload.memberAssignment[this.inputs[0]!] ?? []
      this.pause(partitions)
      void this.take(partitions, this.generation, 0)
    })
    if (this.inputs.length > 1) this.consumer.on(END_BATCH_PROCESS, ({ payload }) => this.passOver(payload))
    this.consumer.on(CRASH, ({ payload }) => {
      this.loseAll()
      this.run.log.warn({ err: payload.error }, 'the consumer broke off and starts again')
      if (!payload.restart) this.fail(payload.error)
    })
  }

  private pause(partitions: readonly number[]): void {
    if (partitions.length === 0) return
    steer(() => this.consumer.pause(this.inputs.map(topic => ({ topic, partitions: [...partitions] }))))
  }

  private loseAll(): void {
    this.generation++
    for (const held of this.held.values()) held.lose()
    this.held.clear()
    this.commits.clear()
    this.inputLogs.forget()
    this.tellHealth('waiting for the group to assign them')
  }

  private tellHealth(problem: string | null): void {
    this.run.health.report(`partitions of ${this.run.topology.name}`, problem)
  }

  /** Takes partitions that the group has assigned: fence, restore, seek, resume. Tried again until the next assignment. */
  private async take(partitions: readonly number[], generation: number, attempt: number): Promise<void> {
    const isVoid = (): boolean => generation !== this.generation
    try {
      const { logs } = this.inputLogs
      const { taken, stopped } = await takePartitions(this.run, logs, partitions, isVoid)
      for (const one of taken) this.hold(one)
      this.inputLogs.stop(partitions, stopped)
      this.tellHealth(null)
      void this.inputLogs.lookAgain(stopped, isVoid, ready => void this.take(ready, generation, 0))
    } catch (error) {
      if (isVoid() || this.run.signal.aborted) return
      if (isFinal(error)) {
        this.fail(error)
        return
      }
      const why = explainFailure(error)
      this.run.log.warn({ err: error, why, partitions }, 'partitions could not be taken, trying again')
      for (const partition of partitions) this.commits.failed(String(partition), error)
      this.tellHealth(`waiting for the broker: ${why}`)
      await this.run.clock.sleep(backOffMs(attempt, RETAKE_WITHIN, Math.random))
      if (!isVoid()) await this.take(partitions, generation, attempt + 1)
    }
  }

  private hold(taken: TakenPartition<State>): void {
    const { partition, producer, restored, starts, ends, partitions } = taken
    const { topology, clock, log, prefix, commitEveryMs, observe = () => undefined } = this.run
    for (const start of starts) tellLoss({ stage: topology.name, log }, start)
    const nextOffsets = Object.fromEntries(topology.from.map(({ name }, input) => [name, String(starts[input]!.next)]))
    const logs = Object.fromEntries(topology.from.map(({ name }, input) => [name, starts[input]!.log]))
    const [state, isHere] = [{ ...restored, nextOffsets, logs }, belongsInto(partition, partitions)]
    const fold = new PartitionFold(topology, partition, state, ends, clock, observe, isHere)
    this.inputLogs.begin(taken)
    const one: HeldPartition<State, In, Out> = new HeldPartition(
      fold,
      producer,
      { partition, prefix, commitEveryMs, clock },
      {
        onFailure: error => this.retake(one, error),
        confirm: () => this.inputLogs.confirm(one),
        onDue: () => this.commits.due(String(partition)),
        onCommit: offsets => this.committed(partition, offsets)
      }
    )
    this.held.set(partition, one)
    steer(() => {
      for (const { topic, next } of starts) this.consumer.seek({ topic, partition, offset: String(next) })
      this.consumer.resume(this.inputs.map(topic => ({ topic, partitions: [partition] })))
    })
    this.inputBalance.reset(partition)
    if (starts.every(({ next }, input) => Number(next) >= ends[input]!)) this.commits.clear(String(partition))
    log.info({ partition, offsets: nextOffsets, keys: restored.states.size }, 'partition taken')
  }

  /** A batch that was fetched before the partition was taken (again) is stale: its records may lie beyond what was restored. */
  private async onBatch({ batch, heartbeat, isStale }: EachBatchPayload): Promise<void> {
    const held = this.held.get(batch.partition)
    if (!held) return
    observeBatch(this.run, batch)
    const input = this.inputs.indexOf(batch.topic)
    const [first, leaderEpoch] = [BigInt(batch.firstOffset() ?? held.position(input)), leaderEpochOf(batch)]
    const change = await this.inputLogs.changeIn(held, input, first, leaderEpoch)
    if (this.held.get(batch.partition) !== held || isStale()) return
    if (change !== null) return this.retake(held, change)
    this.inputLogs.noticeJump(held, input, first)
    try {
      await held.take(input, batch.messages, String(BigInt(batch.lastOffset()) + 1n), leaderEpoch)
      this.balance(held)
    } catch (error) {
      this.fail(error)
    }
    await heartbeat()
  }

  /** Marks of transactions, and what was aborted, come to no handler; others may wait for what lies behind them. */
  private passOver(payload: ConsumerEndBatchProcessEvent['payload']): void {
    const { topic, partition, batchSize, firstOffset, lastOffset } = payload
    const [held, input] = [this.held.get(partition), this.inputs.indexOf(topic)]
    if (!held || batchSize > 0 || firstOffset === null || BigInt(firstOffset) > BigInt(held.position(input))) return
    held
      .take(input, [], String(BigInt(lastOffset) + 1n), toldLeaderEpoch(payload))
      .then(() => this.balance(held), this.fail)
  }

  private balance(held: HeldPartition<State, In, Out>): void {
    if (this.held.get(held.partition) === held) this.inputBalance.balance(held)
  }

  private committed(partition: number, offsets: Offsets): void {
    this.commits.done(String(partition))
    this.run.onCommit?.(partition, offsets)
    this.reportPositions(partition, offsets)
  }

  private retake(held: HeldPartition<State, In, Out>, error: unknown): void {
    const { partition } = held
    this.commits.failed(String(partition), error)
    if (this.held.get(partition) === held) this.held.delete(partition)
    this.pause([partition])
    held.lose()
    if (isFinal(error)) this.fail(error)
    else if (error instanceof LogChanged) {
      this.run.log.warn({ partition }, `${error.message}: it is looked at again, from the last commit`)
      void this.take([partition], this.generation, 0)
    } else if (isFenced(error)) {
      this.run.log.warn({ partition }, 'another process has taken this partition; waiting for the next assignment')
      void this.retakeUnlessAssigned(partition, this.generation)
    } else {
      const why = explainFailure(error)
      this.run.log.warn({ err: error, why, partition }, 'a commit failed; the partition is restored from its last one')
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
    const { clock } = this.run
    await within(STOP_WITHIN_MS, Promise.all([...this.held.values()].map(held => held.finish())), clock)
    this.loseAll()
    const closing = Promise.all([this.consumer.disconnect(), this.inputLogs.logs.close()])
    await within(STOP_WITHIN_MS, closing, clock).catch(() => undefined)
  }
}
