import type { Bug } from './bug.ts'

const FUTURE = ['test/ingest/future-times.test.ts']
const EPOCHS = ['test/ingest/epochs.test.ts']
const REFUSED = ['test/ingest/refused-records.test.ts']

/** What believing whatever comes can get wrong: times that have not come, ids that begin anew, records that the broker refuses. */
export const beliefBugs: readonly Bug[] = [
  {
    name: 'a trade may be later than its own frame',
    file: 'src/ingest/frames/odd-time.ts',
    find: 'if (ms > MAX_AHEAD_MS)',
    replace: 'if (ms > Number.MAX_SAFE_INTEGER)',
    tests: FUTURE
  },
  {
    name: 'one frame of the future carries the clock of the exchange away',
    file: 'src/ingest/transport/exchange-time.ts',
    find: 'const MIN_WITNESSES = 3',
    replace: 'const MIN_WITNESSES = 1',
    tests: FUTURE
  },
  {
    name: 'history is believed whatever time it tells',
    file: 'src/ingest/gaps/fill-gap.ts',
    find: '  !exchangeTime.isFuture(time) && (until',
    replace: '  (until',
    tests: FUTURE
  },
  {
    name: 'a frame that is lost leaves its feed proven',
    file: 'src/ingest/start-feed.ts',
    find: '  if (!feed.proven) return\n  feed.proven = false\n',
    replace: '  if (feed) return\n',
    tests: FUTURE
  },
  {
    name: 'the id of a trade that cannot be used is not missed',
    file: 'src/ingest/start-feed.ts',
    find: 'if (tradeId !== null) expectTrade',
    replace: 'if (tradeId === null) expectTrade',
    tests: FUTURE
  },
  {
    name: 'what was vouched for of the future is vouched for again',
    file: 'src/ingest/feed/reached-time.ts',
    find: 'exchangeTime.isFuture(heartbeatTime) ? 0 : heartbeatTime',
    replace: 'exchangeTime.isFuture(0) ? 0 : heartbeatTime',
    tests: ['test/ingest/heartbeat.test.ts']
  },
  {
    name: 'a record of the future closes the windows before it',
    file: 'src/aggregate/fold-ticks.ts',
    find: '    if (isFuture(tick)) return notYet(state, tick)\n',
    replace: '',
    tests: ['test/aggregate/future-times.test.ts']
  },
  {
    name: 'an old id with a new time is a duplicate',
    file: 'src/ingest/feed/strange-trade.ts',
    find: 'by.time > 0 && chainId(trade) <= by.id && trade.time',
    replace: 'by.time > 0 && chainId(trade) < 0 && trade.time',
    tests: EPOCHS
  },
  {
    name: 'a feed is vouched for while nobody knows whose ids it has',
    file: 'src/ingest/trades/heartbeat.ts',
    find: ' && feed.doubtedSince === null',
    replace: '',
    tests: EPOCHS
  },
  {
    name: 'the ids of two epochs are one chain',
    file: 'src/market/epoch.ts',
    find: 'if (epoch === 0) return value',
    replace: 'if (epoch >= 0) return value',
    tests: EPOCHS
  },
  {
    name: 'what lies between two epochs is empty',
    file: 'src/aggregate/windows/standing.ts',
    find: '  if (isTouched) return',
    replace: '  if (isTouched && missing > 1) return',
    tests: EPOCHS
  },
  {
    name: 'a single wrong id begins an epoch',
    file: 'src/ingest/trades/epochs/settle-epoch.ts',
    find: 'if (chainId(last) >= reached.id) return firstMoved(ask, reached)',
    replace: 'if (chainId(last) >= reached.id) return firstOfChain(ask, reached, last)',
    tests: EPOCHS
  },
  {
    name: 'a trade that the broker refuses counts as published',
    file: 'src/kafka/produce/publisher.ts',
    find: '  for (const listen of state.listeners) listen(item.record)\n',
    replace: '',
    tests: ['test/kafka/publisher.test.ts']
  },
  {
    name: 'a refused trade is not missing again',
    file: 'src/ingest/trades/retract-trade.ts',
    find: '  feed.refused.add(id)\n',
    replace: '',
    tests: REFUSED
  },
  {
    name: 'a heartbeat does not wait for what the broker makes of the trades before it',
    file: 'src/ingest/trades/heartbeat.ts',
    find: '  await feed.sent\n  if (feed.epoch === epoch && isProvenComplete',
    replace: '  if (feed.epoch === epoch && isProvenComplete',
    tests: REFUSED
  }
]
