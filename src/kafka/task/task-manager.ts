import { backOffMs } from '../../runtime/back-off.ts'
import { within } from '../../runtime/within.ts'
import {
  type Assignment,
  type ConsumerSession,
  createConsumerSession,
  type RecordBatch
} from '../client/consumer-session.ts'
import { explainFailure } from '../client/explain-failure.ts'
import { isFenced, isFinal } from '../client/kafka-errors.ts'
import { SESSION_TIMEOUT_MS } from '../client/session-options.ts'
import type { Offsets } from '../commit/changelog.ts'
import { type CommitWatch, createCommitWatch } from '../commit/commit-watch.ts'
import { observeBatch } from '../commit/observe-batch.ts'
import { LogChanged } from '../log/log-check.ts'
import { tellLoss } from '../log/report-lost-records.ts'
import { coPartitionAssigner } from './co-partition-assigner.ts'
import { createInputBalance, type InputBalance } from './input-balance.ts'
import { InputLogs } from './input-logs.ts'
import { createGroupReporter } from './offset-reporter.ts'
import {
  foldFrom,
  inputTopics,
  offsetsOf,
  requireTopics,
  type TakenPartition,
  takePartitions
} from './restore-tasks.ts'
import { HeldPartition } from './stream-task.ts'
import type { TopologyRun } from './task-options.ts'

const RETAKE_WITHIN = { firstMs: 200, mostMs: 5_000 }
/** Of a last commit, and of leaving the group: a broker that is away must not keep a stage from stopping. */
const STOP_WITHIN_MS = 3_000

/** What a broker sends of a partition at once. */
const MAX_BYTES_PER_PARTITION = 256 << 10

const partitionsOf = ({ partitions }: Assignment, topic: string): readonly number[] =>
  partitions.flatMap(place => (place.topic === topic ? [place.partition] : []))

/**
 * Runs a topology exactly once: per input partition, outputs, changed state and the next input offset are one transaction.
 * Taking a partition fences whoever held it before; after any error its state is thrown away and it is taken again.
 */
export class TopologyRunner<State, In, Out> {
  private readonly run: TopologyRun<State, In, Out>
  private readonly session: ConsumerSession
  /** The broker's names, in the order of the topology's inputs. */
  private readonly inputs: readonly string[]
  private readonly held = new Map<number, HeldPartition<State, In, Out>>()
  private readonly inputBalance: InputBalance
  private readonly reportPositions: (partition: number, offsets: Offsets) => void
  private readonly commits: CommitWatch
  private readonly inputLogs: InputLogs<State, In, Out>
  private fail: (error: unknown) => void = () => undefined

  constructor(run: TopologyRun<State, In, Out>) {
    this.run = run
    this.inputs = inputTopics(run)
    this.session = this.createSession()
    this.inputLogs = new InputLogs(run)
    this.inputBalance = createInputBalance(this.session, this.inputs)
    this.reportPositions = createGroupReporter(this.session, run.prefix, run.clock)
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
    this.tellHealth('joining the group')
    try {
      await this.session.join()
      await ended
    } finally {
      await this.stop()
    }
  }

  private createSession(): ConsumerSession {
    const { kafka, prefix, topology, signal, log } = this.run
    return createConsumerSession(
      kafka,
      {
        groupId: prefix + topology.name,
        topics: this.inputs,
        assigner: coPartitionAssigner,
        maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
        restartsWhile: () => !signal.aborted
      },
      {
        onRevoked: () => this.loseAll(),
        onAssigned: assignment => void this.take(partitionsOf(assignment, this.inputs[0]!), assignment, 0),
        onBatch: batch => this.onBatch(batch),
        onCrash: (error, restarts) => {
          log.warn({ err: error }, 'the consumer broke off and starts again')
          if (!restarts) this.fail(error)
        }
      }
    )
  }

  private loseAll(): void {
    for (const held of this.held.values()) held.lose()
    this.held.clear()
    this.commits.clear()
    this.inputLogs.forget()
    this.tellHealth('waiting for the group to assign them')
  }

  private tellHealth(problem: string | null): void {
    this.run.health.report(`partitions of ${this.run.topology.name}`, problem)
  }

  /** Takes partitions that the group has assigned: fence, restore, seek, resume. Tried again until they are revoked. */
  private async take(partitions: readonly number[], assignment: Assignment, attempt: number): Promise<void> {
    const isVoid = (): boolean => assignment.revoked.aborted
    try {
      const { logs } = this.inputLogs
      const { taken, stopped } = await takePartitions(this.run, logs, partitions, isVoid)
      for (const one of taken) this.hold(one, assignment)
      this.inputLogs.stop(partitions, stopped)
      this.tellHealth(null)
      void this.inputLogs.lookAgain(stopped, isVoid, ready => void this.take(ready, assignment, 0))
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
      if (!isVoid()) await this.take(partitions, assignment, attempt + 1)
    }
  }

  private hold(taken: TakenPartition<State>, assignment: Assignment): void {
    const { partition, producer, restored, starts, ends } = taken
    const { topology, clock, log, prefix, commitEveryMs } = this.run
    for (const start of starts) tellLoss({ stage: topology.name, log }, start)
    this.inputLogs.begin(taken)
    const one: HeldPartition<State, In, Out> = new HeldPartition(
      foldFrom(this.run, taken),
      producer,
      { partition, prefix, commitEveryMs, clock },
      {
        onFailure: error => this.retake(one, assignment, error),
        confirm: () => this.inputLogs.confirm(one),
        onDue: () => this.commits.due(String(partition)),
        onCommit: offsets => this.committed(partition, offsets)
      }
    )
    this.held.set(partition, one)
    this.session.open(starts)
    this.inputBalance.reset(partition)
    if (starts.every(({ next }, input) => Number(next) >= ends[input]!)) this.commits.clear(String(partition))
    log.info({ partition, offsets: offsetsOf(starts, prefix), keys: restored.states.size }, 'partition taken')
  }

  private async onBatch(batch: RecordBatch): Promise<void> {
    const { topic, partition, messages, first, leaderEpoch } = batch
    const [held, assignment] = [this.held.get(partition), this.session.assignment()]
    const input = this.inputs.indexOf(topic)
    if (!held || assignment === null) return
    // Others may wait for what lies behind marks of transactions, and what was aborted.
    if (messages.length === 0)
      return this.inputs.length > 1 && first <= BigInt(held.position(input))
        ? this.accept(held, input, batch)
        : undefined
    observeBatch(this.run, batch)
    const change = await this.inputLogs.changeIn(held, input, first, leaderEpoch)
    if (this.held.get(partition) !== held) return
    if (change !== null) return this.retake(held, assignment, change)
    this.inputLogs.noticeJump(held, input, first)
    await this.accept(held, input, batch)
    await batch.heartbeat()
  }

  private async accept(held: HeldPartition<State, In, Out>, input: number, batch: RecordBatch): Promise<void> {
    try {
      await held.take(input, batch.messages, String(batch.next), batch.leaderEpoch)
      if (this.held.get(held.partition) === held) this.inputBalance.balance(held)
    } catch (error) {
      this.fail(error)
    }
  }

  private committed(partition: number, offsets: Offsets): void {
    this.commits.done(String(partition))
    this.run.onCommit?.(partition, offsets)
    this.reportPositions(partition, offsets)
  }

  private retake(held: HeldPartition<State, In, Out>, assignment: Assignment, error: unknown): void {
    const { partition } = held
    const { log } = this.run
    this.commits.failed(String(partition), error)
    if (this.held.get(partition) === held) this.held.delete(partition)
    this.session.close(this.inputs.map(topic => ({ topic, partition })))
    held.lose()
    if (isFinal(error)) this.fail(error)
    else if (error instanceof LogChanged) {
      log.warn({ partition }, `${error.message}: it is looked at again, from the last commit`)
      void this.take([partition], assignment, 0)
    } else if (isFenced(error)) {
      log.warn({ partition }, 'another process has taken this partition; waiting for the next assignment')
      void this.retakeUnlessRevoked(partition, assignment)
    } else {
      const why = explainFailure(error)
      log.warn({ err: error, why, partition }, 'a commit failed; the partition is restored from its last one')
      void this.take([partition], assignment, 0)
    }
  }

  /**
   * Whoever fenced this owner was assigned the partition, or had slept and believed so: the group decides, within a session timeout.
   * When it has not spoken by then, this process is still the owner, and nobody else would work on the partition.
   */
  private async retakeUnlessRevoked(partition: number, assignment: Assignment): Promise<void> {
    const { clock, signal } = this.run
    await clock.sleep(SESSION_TIMEOUT_MS, signal).catch(() => undefined)
    if (!assignment.revoked.aborted && !signal.aborted) await this.take([partition], assignment, 0)
  }

  private async stop(): Promise<void> {
    const { clock } = this.run
    await within(STOP_WITHIN_MS, Promise.all([...this.held.values()].map(held => held.finish())), clock)
    this.loseAll()
    const closing = Promise.all([this.session.leave(), this.inputLogs.logs.close()])
    await within(STOP_WITHIN_MS, closing, clock).catch(() => undefined)
  }
}
