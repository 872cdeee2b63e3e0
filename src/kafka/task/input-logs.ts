import type { LogIdentity, TopicIdentity } from '../../stream/log-identity.ts'
import { topicPartitionKey } from '../../stream/sink.ts'
import { stateTopic } from '../../topics.ts'
import { freshPrefixRemedy } from '../admin/log/log-change.ts'
import { createLogCheck, LogChanged, type LogCheck } from '../admin/log/log-check.ts'
import { createLogs, type Logs } from '../admin/log/logs.ts'
import { detectLostRecords } from '../admin/log/report-lost-records.ts'
import { createStoppedReport, type StoppedReport } from '../admin/log/report-stopped.ts'
import { inputTopics, type RestoredTask, resumable, type Stopped } from './restore-tasks.ts'
import type { TaskOptions } from './task-options.ts'

/** How often it is looked whether partitions that stand still can go on. */
const LOOK_EVERY_MS = 5_000

/** A partition that is read. */
type OwnedTask = {
  readonly partition: number
  readonly position: (input: number) => number
  readonly log: (input: number) => LogIdentity | null
}

/** What a topology knows of its logs: that the inputs which it reads are those in which its positions are, and its state the one it restored. */
export class InputLogs<State, In, Out> {
  readonly logs: Logs
  private readonly run: TaskOptions<State, In, Out>
  /** The broker's names, in the order of the topology's inputs. */
  private readonly topics: readonly string[]
  private readonly state: string
  /** What partitions were restored from. */
  private readonly stateLogs = new Map<number, TopicIdentity | null>()
  private readonly check: LogCheck
  private readonly report: StoppedReport
  /** The leader epochs in which positions were found right, by `topicPartitionKey`. */
  private readonly checkedEpochs = new Map<string, number>()
  private stopped: readonly Stopped<State>[] = []

  constructor(run: TaskOptions<State, In, Out>) {
    const { topology, log, health } = run
    this.run = run
    this.logs = run.logs ?? createLogs(run.kafka)
    this.topics = inputTopics(run)
    this.state = run.prefix + stateTopic(topology.name)
    this.check = createLogCheck(this.logs, [...this.topics, this.state])
    const remedy = (): string => freshPrefixRemedy(topology.name)
    this.report = createStoppedReport({ stage: topology.name, log, health, remedy })
  }

  /** A partition is read from here on. */
  begin({ partition, starts, stateLog }: Pick<RestoredTask<State>, 'partition' | 'starts' | 'stateLog'>): void {
    this.stateLogs.set(partition, stateLog)
    for (const start of starts) {
      if (start.leaderEpochNow === null) this.checkedEpochs.delete(topicPartitionKey(start))
      else this.checkedEpochs.set(topicPartitionKey(start), start.leaderEpochNow)
    }
  }

  /** Rejects when an input, or the state, is no longer the topic that was read; asked at each commit. */
  confirm(task: Pick<OwnedTask, 'partition' | 'log'>): Promise<void> {
    const read = new Map<string, TopicIdentity>()
    for (const [input, topic] of this.topics.entries()) {
      const log = task.log(input)
      if (log) read.set(topic, log)
    }
    const stateLog = this.stateLogs.get(task.partition)
    if (stateLog) read.set(this.state, stateLog)
    return this.check(read)
  }

  /** What is wrong with a batch: null when it goes on where those before it ended; an error, also when that cannot be told. */
  changeIn(task: OwnedTask, input: number, first: bigint, leaderEpoch: number | null): Promise<unknown> {
    const cut = (): LogChanged => new LogChanged(`${this.topics[input]}/${task.partition} was cut while it was read`)
    return this.isContinuous(task, input, first, leaderEpoch).then(
      isContinuous => (isContinuous ? null : cut()),
      error => error
    )
  }

  /** When the log is cut before a reader, the client goes on at what is left, without a word. */
  noticeJump(task: OwnedTask, input: number, to: bigint): void {
    const from = BigInt(task.position(input))
    if (to <= from) return
    const { kafka, log, topology } = this.run
    const [topic, partition] = [this.topics[input]!, task.partition]
    void detectLostRecords({ kafka, log, stage: topology.name }, { topic, partition }, from, to).catch(err =>
      log.warn({ err, topic, partition, from, to }, 'records may have been deleted before they were read')
    )
  }

  /** Looks at partitions that stand still until they can go on, when the log of before is there again. */
  async lookAgain(
    stopped: readonly Stopped<State>[],
    isVoid: () => boolean,
    onReady: (partitions: readonly number[]) => void
  ): Promise<void> {
    const { clock, signal } = this.run
    for (let rest = stopped; rest.length > 0; ) {
      await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
      if (isVoid() || signal.aborted) return
      const ready: readonly number[] = await resumable(this.run, this.logs, rest).catch(() => [])
      rest = rest.filter(({ partition }) => !ready.includes(partition))
      if (ready.length > 0 && !isVoid()) onReady(ready)
    }
  }

  /**
   * Whether records that begin at `first` go on where those before them ended. A leader that came later may have lost the end of what was
   * read, and written something else there; it says where the epoch of the last record ended for it.
   */
  private async isContinuous(
    task: OwnedTask,
    input: number,
    first: bigint,
    leaderEpoch: number | null
  ): Promise<boolean> {
    const [topic, position] = [this.topics[input]!, BigInt(task.position(input))]
    const topicPartition = { topic, partition: task.partition }
    const checked = this.checkedEpochs.get(topicPartitionKey(topicPartition))
    if (first < position) return false
    if (leaderEpoch === null || checked === undefined || leaderEpoch <= checked) return true
    const storedEpoch = task.log(input)?.leaderEpoch ?? null
    if (storedEpoch !== null) {
      const ends = await this.logs.epochEnds([{ ...topicPartition, leaderEpoch: storedEpoch }])
      if ((ends.get(topicPartitionKey(topicPartition)) ?? position) < position) return false
    }
    this.checkedEpochs.set(topicPartitionKey(topicPartition), leaderEpoch)
    return true
  }

  /** Of `partitions` these stand still, and no others do. */
  stop(partitions: readonly number[], stopped: readonly Stopped<State>[]): void {
    this.stopped = [...this.stopped.filter(({ partition }) => !partitions.includes(partition)), ...stopped]
    this.report(this.stopped.flatMap(({ why }) => why))
  }

  /** The partitions may be those of another process from now on. */
  clearStopped(): void {
    this.stopped = []
  }
}
