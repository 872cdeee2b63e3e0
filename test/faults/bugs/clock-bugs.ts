import type { Bug } from './bug.ts'

/** What clocks that are hours off, and commits that are refused for a while, can bring about. */
export const clockBugs: readonly Bug[] = [
  {
    name: 'brokers whose clock is behind make dead letters of right records',
    file: 'src/kafka/produce/publisher.ts',
    find: "if (errorCode(error) !== 'TS-KAFKA-CLOCK') return false",
    replace: "if (errorCode(error) !== 'TS-KAFKA-RECORD') return false"
  },
  {
    name: 'a machine whose clock is behind says that trades came before they happened',
    file: 'src/ingest/transport/exchange-time.ts',
    find: 'return isBehind ? epochMs(Math.floor(exchange)) : wall',
    replace: 'return wall'
  },
  {
    name: 'what an earlier run has vouched for does not show that the clock of the brokers is behind',
    file: 'src/ingest/start-ingest.ts',
    find: 'Math.max(exchangeTime.now(), savedTime)',
    replace: 'Math.max(exchangeTime.now(), 0 * savedTime)',
    tests: ['test/ingest/future-times.test.ts']
  },
  {
    name: 'what a coordinator refuses while it moves is taken for committed',
    file: 'src/kafka/task/commit/transactions.ts',
    find: "if (result.status === 'rejected') throw",
    replace: "if (result.status === 'rejected' && result.reason.type !== 'COORDINATOR_NOT_AVAILABLE') throw"
  },
  {
    name: 'frames that come one by one never show that the clock is behind',
    file: 'src/ingest/transport/exchange-time.ts',
    find: '(state.offset === null || isWaitedFor())',
    replace: '(state.offset === Infinity || isWaitedFor())',
    tests: ['test/ingest/future-times.test.ts']
  },
  {
    name: 'a frame of the present refuses those of before it with those of the future',
    file: 'src/ingest/transport/exchange-time.ts',
    find: 'if (isPresent(state, suspect.time, suspect.atMs)) suspect.again()',
    replace: 'if (isPresent(state, 2 * suspect.time, suspect.atMs)) suspect.again()',
    tests: ['test/ingest/future-times.test.ts']
  },
  {
    name: 'a heartbeat names an id whose trade may have been printed later',
    file: 'src/ingest/trades/heartbeat.ts',
    find: 'untimed === null || newest.id >= untimed.id',
    replace: 'untimed === null || newest.id >= 0',
    tests: ['test/ingest/heartbeat.test.ts']
  }
]
