import { retry } from '../../runtime/retry.ts'
import { within } from '../../runtime/within.ts'
import { LogChanged } from '../admin/log/log-check.ts'
import { reportLostRecords } from '../admin/log/report-lost-records.ts'
import { type CommitWatch, createCommitWatch } from '../client/commit-watch.ts'
import {
  type Assignment,
  type ConsumerSession,
  createConsumerSession,
  type RecordBatch
} from '../client/consumer-session.ts'
import { explainFailure, isFenced, isFinal } from '../client/kafka-errors.ts'
import { SESSION_TIMEOUT_MS } from '../client/session-options.ts'
import { coPartitionAssigner } from './co-partition-assigner.ts'
import type { Offsets } from './commit/state-changelog.ts'
import { createInputBalance, type InputBalance } from './input-balance.ts'
import { InputLogs } from './input-logs.ts'
import { observeBatch } from './observe-batch.ts'
import { createOffsetReporter } from './offset-reporter.ts'
import {
  inputTopics,
  offsetsOf,
  type RestoredTask,
  requireTopics,
  restoreTasks,
  taskStateFrom
} from './restore-tasks.ts'
import { StreamTask } from './stream-task.ts'
import type { TaskOptions } from './task-options.ts'

const REACQUIRE_WITHIN = { firstMs: 200, mostMs: 5_000 }
/** Of a last commit, and of leaving the group: a broker that is away must not keep a stage from stopping. */
const STOP_WITHIN_MS = 3_000

/** What a broker sends of a partition at once. */
const MAX_BYTES_PER_PARTITION = 256 << 10

const partitionsOf = ({ partitions }: Assignment, topic: string): readonly number[] =>
  partitions.flatMap(topicPartition => (topicPartition.topic === topic ? [topicPartition.partition] : []))

/**
 * Runs a topology exactly once: per input partition, outputs, changed state and the next input offset are one transaction.
 * Taking a partition fences whoever task it before; after any error its state is thrown away and it is taken again.
 */
export class TaskManager<State, In, Out> {
  private readonly run: TaskOptions<State, In, Out>
  private readonly session: ConsumerSession
  /** The broker's names, in the order of the topology's inputs. */
  private readonly inputs: readonly string[]
  private readonly tasks = new Map<number, StreamTask<State, In, Out>>()
  private readonly inputBalance: InputBalance
  private readonly reportPositions: (partition: number, offsets: Offsets) => void
  private readonly commits: CommitWatch
  private readonly inputLogs: InputLogs<State, In, Out>
  private fail: (error: unknown) => void = () => undefined

  constructor(run: TaskOptions<State, In, Out>) {
    this.run = run
    this.inputs = inputTopics(run)
    this.session = this.createSession()
    this.inputLogs = new InputLogs(run)
    this.inputBalance = createInputBalance(this.session, this.inputs)
    this.reportPositions = createOffsetReporter(this.session, run.prefix, run.clock)
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
    this.reportHealth('joining the group')
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
        onRevoked: () => this.closeAll(),
        onAssigned: assignment => void this.acquire(partitionsOf(assignment, this.inputs[0]!), assignment),
        onBatch: batch => this.onBatch(batch),
        onCrash: (error, restarts) => {
          log.warn({ err: error }, 'the consumer broke off and starts again')
          if (!restarts) this.fail(error)
        }
      }
    )
  }

  private closeAll(): void {
    for (const task of this.tasks.values()) task.close()
    this.tasks.clear()
    this.commits.clear()
    this.inputLogs.clearStopped()
    this.reportHealth('waiting for the group to assign them')
  }

  private reportHealth(problem: string | null): void {
    this.run.health.report(`partitions of ${this.run.topology.name}`, problem)
  }

  /** Takes partitions that the group has assigned: fence, restore, seek, resume. Tried again until they are revoked. */
  private async acquire(partitions: readonly number[], assignment: Assignment): Promise<void> {
    const signal = AbortSignal.any([this.run.signal, assignment.revoked])
    try {
      await retry(() => this.restore(partitions, assignment), {
        waits: REACQUIRE_WITHIN,
        clock: this.run.clock,
        random: Math.random,
        signal,
        mayPass: error => !isFinal(error),
        onFailure: error => this.reportUnacquired(partitions, error)
      })
    } catch (error) {
      if (!signal.aborted) this.fail(error)
    }
  }

  private async restore(partitions: readonly number[], assignment: Assignment): Promise<void> {
    const isVoid = (): boolean => assignment.revoked.aborted
    const { restored, stopped } = await restoreTasks(this.run, this.inputLogs.logs, partitions, isVoid)
    for (const task of restored) this.startTask(task, assignment)
    this.inputLogs.stop(partitions, stopped)
    this.reportHealth(null)
    void this.inputLogs.lookAgain(stopped, isVoid, ready => void this.acquire(ready, assignment))
  }

  private reportUnacquired(partitions: readonly number[], error: unknown): void {
    const why = explainFailure(error)
    this.run.log.warn({ err: error, why, partitions }, 'partitions could not be taken, trying again')
    for (const partition of partitions) this.commits.failed(String(partition), error)
    this.reportHealth(`waiting for the broker: ${why}`)
  }

  private startTask(restored: RestoredTask<State>, assignment: Assignment): void {
    const { partition, producer, starts, ends } = restored
    const { topology, clock, log, prefix, commitEveryMs } = this.run
    for (const start of starts) reportLostRecords({ stage: topology.name, log }, start)
    this.inputLogs.begin(restored)
    const task: StreamTask<State, In, Out> = new StreamTask(
      taskStateFrom(this.run, restored),
      producer,
      { partition, prefix, commitEveryMs, clock },
      {
        onFailure: error => this.reacquire(task, assignment, error),
        confirm: () => this.inputLogs.confirm(task),
        onDue: () => this.commits.due(String(partition)),
        onCommit: offsets => this.committed(partition, offsets)
      }
    )
    this.tasks.set(partition, task)
    this.session.open(starts)
    this.inputBalance.reset(partition)
    if (starts.every(({ next }, input) => Number(next) >= ends[input]!)) this.commits.clear(String(partition))
    log.info({ partition, offsets: offsetsOf(starts, prefix), keys: restored.state.states.size }, 'partition taken')
  }

  private async onBatch(batch: RecordBatch): Promise<void> {
    const { topic, partition, messages, first, leaderEpoch } = batch
    const [task, assignment] = [this.tasks.get(partition), this.session.assignment()]
    const input = this.inputs.indexOf(topic)
    if (!task || assignment === null) return
    // Others may wait for what lies behind marks of transactions, and what was aborted.
    if (messages.length === 0)
      return this.inputs.length > 1 && first <= BigInt(task.position(input))
        ? this.accept(task, input, batch)
        : undefined
    observeBatch(this.run, batch)
    const change = await this.inputLogs.changeIn(task, input, first, leaderEpoch)
    if (this.tasks.get(partition) !== task) return
    if (change !== null) return this.reacquire(task, assignment, change)
    this.inputLogs.noticeJump(task, input, first)
    await this.accept(task, input, batch)
    await batch.heartbeat()
  }

  private async accept(task: StreamTask<State, In, Out>, input: number, batch: RecordBatch): Promise<void> {
    try {
      await task.process(input, batch.messages, String(batch.next), batch.leaderEpoch)
      if (this.tasks.get(task.partition) === task) this.inputBalance.balance(task)
    } catch (error) {
      this.fail(error)
    }
  }

  private committed(partition: number, offsets: Offsets): void {
    this.commits.done(String(partition))
    this.run.onCommit?.(partition, offsets)
    this.reportPositions(partition, offsets)
  }

  private reacquire(task: StreamTask<State, In, Out>, assignment: Assignment, error: unknown): void {
    const { partition } = task
    const { log } = this.run
    this.commits.failed(String(partition), error)
    if (this.tasks.get(partition) === task) this.tasks.delete(partition)
    this.session.close(this.inputs.map(topic => ({ topic, partition })))
    task.close()
    if (isFinal(error)) this.fail(error)
    else if (error instanceof LogChanged) {
      log.warn({ partition }, `${error.message}: it is looked at again, from the last commit`)
      void this.acquire([partition], assignment)
    } else if (isFenced(error)) {
      log.warn({ partition }, 'another process has taken this partition; waiting for the next assignment')
      void this.reacquireUnlessRevoked(partition, assignment)
    } else {
      const why = explainFailure(error)
      log.warn({ err: error, why, partition }, 'a commit failed; the partition is restored from its last one')
      void this.acquire([partition], assignment)
    }
  }

  /**
   * Whoever fenced this owner was assigned the partition, or had slept and believed so: the group decides, within a session timeout.
   * When it has not spoken by then, this process is still the owner, and nobody else would work on the partition.
   */
  private async reacquireUnlessRevoked(partition: number, assignment: Assignment): Promise<void> {
    const { clock, signal } = this.run
    await clock.sleep(SESSION_TIMEOUT_MS, signal).catch(() => undefined)
    if (!assignment.revoked.aborted && !signal.aborted) await this.acquire([partition], assignment)
  }

  private async stop(): Promise<void> {
    const { clock } = this.run
    await within(STOP_WITHIN_MS, Promise.all([...this.tasks.values()].map(task => task.finish())), clock)
    this.closeAll()
    const closing = Promise.all([this.session.leave(), this.inputLogs.logs.close()])
    await within(STOP_WITHIN_MS, closing, clock).catch(() => undefined)
  }
}
