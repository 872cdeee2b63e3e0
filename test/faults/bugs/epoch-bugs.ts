import type { Bug } from './bug.ts'

/** What ids that begin anew can bring about, in every stage. */
export const epochBugs: readonly Bug[] = [
  {
    name: 'the fold counts the ids of all epochs as one chain',
    file: 'src/aggregate/fold-ticks.ts',
    find: 'const id = ordinalOf(epochOf(trade), chainNumber(trade))',
    replace: 'const id = ordinalOf(0 * epochOf(trade), chainNumber(trade))'
  },
  {
    name: 'a start forgets which epoch its position is of',
    file: 'src/ingest/start-feed.ts',
    find: 'const epoch = position ? epochOf(position) : 0\n',
    replace: 'const epoch = position ? 0 * epochOf(position) : 0\n'
  },
  {
    name: 'the database has holes of all epochs under one key',
    file: 'src/sink/postgres/tables.ts',
    find: "key: ['exchange', 'symbol', 'epoch', 'from_id']",
    replace: "key: ['exchange', 'symbol', 'from_id']",
    tests: ['test/sink/postgres-sink.test.ts']
  },
  {
    name: 'a candle that is stored does not say its epoch',
    file: 'src/stream/codec/row-codec.ts',
    find: '  epoch: COUNT,',
    replace: '  epoch: { ...COUNT, write: () => 0 },'
  },
  {
    name: 'a history without trades proves that nothing was missed',
    file: 'src/ingest/trades/check-quiet-feed.ts',
    find: 'if (first && isDecisive(feed, first)) return page.reduce',
    replace: 'if (page) return page.reduce',
    tests: ['test/ingest/epochs.test.ts']
  },
  {
    name: 'a history that has nothing as new but a trade that may be of new ids proves that nothing was missed',
    file: 'src/ingest/trades/check-quiet-feed.ts',
    find: 'if (first && isDecisive(feed, first))',
    replace: 'if (first)',
    tests: ['test/ingest/epochs.test.ts']
  },
  {
    name: 'trades of the old chain that are held are dropped',
    file: 'src/ingest/trades/epochs/begin-epoch.ts',
    find: '  publishOld(feed, oldest)\n',
    replace: '  if (oldest.time < 0) publishOld(feed, oldest)\n',
    tests: ['test/ingest/epochs.test.ts']
  },
  {
    name: 'what an earlier run has published behind its position is not asked for when its chain has ended',
    file: 'src/ingest/trades/epochs/begin-epoch.ts',
    find: "if (feed.mode === 'catchingUp') await adoptPublished(feed)",
    replace: "if (feed.mode === 'cold') await adoptPublished(feed)",
    tests: ['test/ingest/epochs.test.ts']
  },
  {
    name: 'trades of other chains count as published behind the position',
    file: 'src/kafka/read/table/published-after.ts',
    find: 'epochOf(value) !== after.epoch',
    replace: 'epochOf(value) < 0',
    tests: ['test/kafka/ticks-read-back.test.ts']
  },
  {
    name: 'the last heartbeat in raw_ticks does not say its epoch',
    file: 'src/kafka/read/table/positions-in-ticks.ts',
    find: '...inEpoch(epochOf(value))',
    replace: '...inEpoch(0 * epochOf(value))',
    tests: ['test/kafka/ticks-read-back.test.ts']
  },
  {
    name: 'a chain that has come and gone while ids were in doubt is one with the next',
    file: 'src/ingest/trades/epochs/begin-epoch.ts',
    find: 'if (between) await changeChain',
    replace: 'if (between && feed.epoch < 0) await changeChain',
    tests: ['test/ingest/epochs.test.ts']
  },
  {
    name: 'trades that are held do not show that ids begin anew',
    file: 'src/ingest/feed/strange-trade.ts',
    find: 'wasPassed(feed.newest, trade) || wasPassed(feed.newestBuffered, trade)',
    replace: 'wasPassed(feed.newest, trade)',
    tests: ['test/ingest/held-epochs.test.ts']
  },
  {
    name: 'a late first start takes what it holds for as new as what the other has',
    file: 'src/ingest/trades/cold-start.ts',
    find: 'time: Math.max(...positions.map(({ time }) => time))',
    replace: 'time: feed.newestBuffered.time',
    tests: ['test/ingest/held-epochs.test.ts']
  },
  {
    name: 'a late first start overlooks that the other is in a later epoch',
    file: 'src/ingest/trades/cold-start.ts',
    find: 'const isLaterEpoch = epochOf(position) > feed.epoch\n',
    replace: 'const isLaterEpoch = epochOf(position) > feed.epoch + 1_000\n',
    tests: ['test/ingest/held-epochs.test.ts']
  },
  {
    name: 'a new chain begins with the first trade that history has, whatever the stream brought',
    file: 'src/ingest/trades/epochs/begin-epoch.ts',
    find: 'const first = firstOf(feed, { oldest, until })',
    replace: 'const first = Math.max(chainId(oldest), firstOf(feed, { oldest, until }))',
    tests: ['test/ingest/epochs.test.ts']
  },
  {
    name: 'a hole of an epoch before stays open',
    file: 'src/ingest/start-feed.ts',
    find: 'known.filter(gap => gap.epoch < epoch)',
    replace: 'known.filter(gap => gap.epoch < 0 * epoch)',
    tests: ['test/ingest/epochs.test.ts']
  },
  {
    name: 'what is given up of an ended chain is news to nobody',
    file: 'src/aggregate/ledger.ts',
    find: '[...abandoned, ...uncounted]',
    replace: '[...abandoned]',
    tests: ['test/aggregate/lost-trades.property.test.ts']
  },
  {
    name: 'what is missing of an ended chain is waited for',
    file: 'src/aggregate/ledger.ts',
    find: 'for (const gap of ended) gap.state =',
    replace: 'for (const gap of ended.slice(1_000)) gap.state =',
    tests: ['test/aggregate/aggregate.test.ts']
  },
  {
    name: 'an ingest counts its epochs alone',
    file: 'src/ingest/trades/epochs/next-epoch.ts',
    find: 'while (earlier.has(epoch))',
    replace: 'while (earlier.has(-epoch))',
    tests: ['test/ingest/shared-epochs.test.ts']
  },
  {
    name: 'the first position of a chain has the time of the one before',
    file: 'src/ingest/trades/epochs/begin-epoch.ts',
    find: 'time: Math.max(newest.time, trade.time - NEWER_MS)',
    replace: 'time: Math.min(newest.time, trade.time - NEWER_MS)',
    tests: ['test/ingest/shared-epochs.test.ts']
  }
]
