import type { Bug } from './bug.ts'

/** What can be made of topics that take the place of others, and of logs that lose their ends. */
export const logBugs: readonly Bug[] = [
  {
    name: 'a position in a topic of before is one in the topic made anew',
    file: 'src/kafka/admin/log/log-change.ts',
    find: 'log.topicId !== before.topicId)',
    replace: 'log.topicId !== before.topicId && false)'
  },
  {
    name: 'a position behind the end of its leader epoch is kept',
    file: 'src/kafka/admin/log/log-change.ts',
    find: 'if (epochEnd !== null && epochEnd < next)',
    replace: 'if (epochEnd !== null && epochEnd < 0n)'
  },
  {
    name: 'of a topic made anew the advice begins where that of before had been read to',
    file: 'src/kafka/admin/log/log-change.ts',
    find: 'before.topicId}`, low)',
    replace: 'before.topicId}`, next < high ? next : high)',
    tests: ['test/kafka/start-offsets.test.ts']
  },
  {
    name: 'a state does not know which log it was folded from',
    file: 'src/kafka/task/commit/state-changelog.ts',
    find: 'logs: readLogs(logs), states',
    replace: 'logs: {}, states'
  },
  {
    name: 'a commit does not ask whether the topic still is the one that was read',
    file: 'src/kafka/admin/log/log-check.ts',
    find: 'if (isOtherTopic(log, before)) throw',
    replace: 'if (isOtherTopic(log, before) && false) throw'
  },
  {
    name: 'a state made anew is taken for a first start',
    file: 'src/kafka/task/restore-tasks.ts',
    find: 'folded >= next ||',
    replace: 'folded >= 0n ||',
    tests: ['test/kafka/state-made-anew.test.ts']
  },
  {
    name: 'a commit does not ask whether the state still is the topic that was restored',
    file: 'src/kafka/task/input-logs.ts',
    find: 'if (stateLog) read.set',
    replace: 'if (stateLog && false) read.set',
    tests: ['test/kafka/state-made-anew.test.ts']
  },
  {
    name: 'a stage is ready while a partition stands still',
    file: 'src/kafka/admin/log/report-stopped.ts',
    find: "sentences.length === 0 ? null : sentences.join(' ')",
    replace: 'null'
  },
  {
    name: 'a partition that stands still is not counted',
    file: 'src/kafka/admin/log/report-stopped.ts',
    find: '.filter(one => !counted.has(topicPartitionKey(one))))',
    replace: '.filter(one => counted.has(topicPartitionKey(one))))'
  },
  {
    name: 'a quiet topic that was made anew is not noticed',
    file: 'src/kafka/sink/sink-task.ts',
    find: '(isOver || isOther)',
    replace: 'isOver',
    tests: ['test/faults/sink-logs.test.ts']
  },
  {
    name: 'another leader of a quiet partition is not noticed',
    file: 'src/kafka/sink/resume-assignment.ts',
    find: 'return isLedAnew ||',
    replace: 'return (isLedAnew && false) ||',
    tests: ['test/faults/sink-logs.test.ts']
  },
  {
    name: 'what was to be read of a log that is cut meanwhile is waited for without end',
    file: 'src/kafka/read/fetch-committed.ts',
    find: 'BigInt(answer.highWatermark) < span.to',
    replace: 'BigInt(answer.highWatermark) < 0n',
    tests: ['test/kafka/fetch-committed.test.ts']
  }
]
