import type { Bug } from './bug.ts'

/** What a restart can get wrong. */
export const stateBugs: readonly Bug[] = [
  {
    name: 'holes are forgotten at a restore',
    file: 'src/aggregate/state/state-codec.ts',
    find: 'gaps: readGaps(gapsInHead, parts)',
    replace: 'gaps: []'
  },
  {
    name: 'the state of wider windows is not written',
    file: 'src/aggregate/state/state-codec.ts',
    find: 'if (!parts.has(name)) parts.set(',
    replace: 'if (!parts.has(name) && series.level === 0) parts.set('
  },
  {
    name: 'closed windows cannot be revised after a restore',
    file: 'src/aggregate/state/state-codec.ts',
    find: 'series.begin, series.lastClose] = saved.series[level]!\n',
    replace: 'series.begin, series.lastClose] = saved.series[level]!\n      series.retainedFrom = series.closedTo\n',
    tests: ['test/aggregate/state-codec.test.ts']
  },
  {
    name: 'the state is not read to its end',
    file: 'src/kafka/task/commit/state-changelog.ts',
    find: 'for (const record of records)',
    replace: 'for (const record of records.slice(0, -12))'
  },
  {
    name: 'finals of the last commit are sent again',
    file: 'src/kafka/task/task-state.ts',
    find: '    this.outputs = []\n    this.touched',
    replace: '    this.touched'
  },
  {
    name: 'the position is committed before the outputs',
    file: 'src/kafka/task/stream-task.ts',
    find: '      await commitRecords(this.producer, this.prefix, commit.records, this.events.confirm)\n',
    replace:
      "      const isState = (record: { topic: string }) => record.topic.endsWith('_state')\n" +
      '      await commitRecords(this.producer, this.prefix, commit.records.filter(isState))\n' +
      '      await commitRecords(this.producer, this.prefix, commit.records.filter(record => !isState(record)))\n'
  },
  {
    name: 'the outputs are committed before the position',
    file: 'src/kafka/task/stream-task.ts',
    find: '      await commitRecords(this.producer, this.prefix, commit.records, this.events.confirm)\n',
    replace:
      "      const isState = (record: { topic: string }) => record.topic.endsWith('_state')\n" +
      '      await commitRecords(this.producer, this.prefix, commit.records.filter(record => !isState(record)))\n' +
      '      await commitRecords(this.producer, this.prefix, commit.records.filter(isState))\n'
  },
  {
    name: 'a commit amid a batch moves the position to its end',
    file: 'src/kafka/task/stream-task.ts',
    find: 'next?.offset ?? endOffset',
    replace: 'endOffset',
    tests: ['test/kafka/held-partition.test.ts']
  },
  {
    name: 'a commit that failed is taken for done',
    file: 'src/kafka/task/stream-task.ts',
    find: 'if (!this.isClosed) this.events.onFailure(error)',
    replace: "if (!this.isClosed) this.status = error === null ? 'closed' : 'running'"
  },
  {
    name: 'a stale owner of a partition may commit',
    file: 'src/kafka/task/commit/transactions.ts',
    find: '    transactionalId,\n    idempotent',
    replace: '    transactionalId: `$' + '{transactionalId} $' + '{Math.random()}`,\n    idempotent'
  },
  {
    name: 'a batch fetched before its partition was taken is folded',
    file: 'src/kafka/client/consumer-session.ts',
    find: 'if (!opened.has(topicPartitionKey(batch)) || isStale()) return',
    replace: 'if (!opened.has(topicPartitionKey(batch))) return',
    tests: ['test/faults/stale-batch.test.ts']
  },
  {
    name: 'all gaps of a symbol stand in one record',
    file: 'src/aggregate/state/gap-parts.ts',
    find: 'const MAX_IN_HEAD = 100\n',
    replace: 'const MAX_IN_HEAD = 100_000_000\n',
    tests: ['test/aggregate/bounded-state.test.ts']
  }
]
