import type { Bug } from './bug.ts'

/** What following an exchange can get wrong. */
export const ingestBugs: readonly Bug[] = [
  {
    name: 'a jump of ids is overlooked',
    file: 'src/market/id-ledger.ts',
    find: 'return { fresh: true, gap }',
    replace: 'return { fresh: true, gap: gap.from < 0 ? gap : null }'
  },
  {
    name: 'a heartbeat vouches past a hole that nobody has named',
    file: 'src/ingest/trades/heartbeat.ts',
    find: ' && isNamed(feed)\n',
    replace: '\n'
  },
  {
    name: 'a heartbeat vouches for a connection that is not proven',
    file: 'src/ingest/trades/heartbeat.ts',
    find: 'feed.connected && feed.proven && isComplete',
    replace: 'feed.connected && isComplete'
  },
  {
    name: 'a pong proves more than the moment of its ping',
    file: 'src/ingest/transport/socket-session.ts',
    find: 'Math.max(session.provenAtMs, pings.answered())',
    replace: 'options.clock.monotonicMs()',
    tests: ['test/ingest/heartbeat.test.ts']
  },
  {
    name: 'a heartbeat names the trade that comes next',
    file: 'src/ingest/trades/heartbeat.ts',
    find: 'await publishHeartbeat(feed, String(max), time)',
    replace: 'await publishHeartbeat(feed, String(max + 1), time)'
  },
  {
    name: 'the position is saved before the broker has the trades',
    file: 'src/ingest/trades/heartbeat.ts',
    find: 'await feed.output.send([outgoing(rawTicks, sign)])',
    replace: 'void feed.output.send([outgoing(rawTicks, sign)])',
    tests: ['test/ingest/heartbeat.test.ts']
  },
  {
    name: 'the position is ahead of what was vouched for',
    file: 'src/ingest/trades/heartbeat.ts',
    find: 'await savePosition(feed, lastId, time)',
    replace: 'await savePosition(feed, String(feed.ledger.max), time)'
  },
  {
    name: 'a gap is closed before its trades are there',
    file: 'src/ingest/gaps/fill-gap.ts',
    find: '  let ends: readonly number[] = []\n',
    replace: '  let ends: readonly number[] = []\n  await recordClosed(feed, { ...gap })\n'
  },
  {
    name: 'a gap is closed though the broker refuses a trade that was on its way',
    file: 'src/ingest/gaps/fill-gap.ts',
    find: 'if (feed.retracted === retracted) return undefined',
    replace: 'if (feed.retracted >= retracted) return undefined',
    tests: ['test/ingest/refused-records.test.ts']
  },
  {
    name: 'what is given up is not said among the trades',
    file: 'src/ingest/gaps/fill-gap.ts',
    find: 'publishGapMarker(feed, gap, abandoned)',
    replace: 'if (abandoned.from < 0) publishGapMarker(feed, gap, abandoned)'
  },
  {
    name: 'trades held while the feed caught up are given up',
    file: 'src/ingest/gaps/fill-gap.ts',
    find: ', ...bufferedWithin(feed, page)]',
    replace: ', ...bufferedWithin(feed, [])]',
    tests: ['test/ingest/restart.test.ts']
  },
  {
    name: 'a hole that was named beyond the position is not walked over',
    file: 'src/ingest/trades/warm-restart.ts',
    find: 'Math.max(Math.min(newest ?? known, behind), named)',
    replace: 'Math.min(newest ?? known, behind)',
    tests: ['test/ingest/restart.test.ts']
  },
  {
    name: 'holes of an earlier run are not taken over',
    file: 'src/ingest/start-feed.ts',
    find: 'const known = gaps.map(',
    replace: 'const known = gaps.slice(0, 0).map(',
    tests: ['test/ingest/restart.test.ts']
  },
  {
    name: 'trades from history claim to come from the stream',
    file: 'src/exchange/binance/spot/decode-trade.ts',
    find: "via: 'history'",
    replace: "via: 'stream'"
  },
  {
    name: 'a frame that nobody can read is forgotten',
    file: 'src/ingest/frames/frame-reader.ts',
    find: 'reader.output.send([outgoing(deadLetters, letter)]).catch(() => undefined)',
    replace: 'void letter'
  },
  {
    name: 'records count as sent before the broker has them',
    file: 'src/kafka/produce/publisher.ts',
    find: '    await producer.sendBatch({ acks: -1, topicMessages: byTopic(batch) })\n    settle(state, batch)\n',
    replace: '    settle(state, batch)\n    await producer.sendBatch({ acks: -1, topicMessages: byTopic(batch) })\n'
  },
  {
    name: 'a gap that history refuses for ever stays open for ever',
    file: 'src/ingest/gaps/failing.ts',
    find: 'return isOld && failingMs(feed)',
    replace: 'return isOld && gapGiveUpMs < 0 && failingMs(feed)',
    tests: ['test/ingest/refusals.test.ts']
  },
  {
    name: 'a start waits for a history that refuses',
    file: 'src/ingest/gaps/failing.ts',
    find: 'failingMs(feed) >= JOIN_WITHOUT_MS',
    replace: 'failingMs(feed) < 0',
    tests: ['test/ingest/refusals.test.ts']
  },
  {
    name: 'an instrument that the exchange does not list is followed all the same',
    file: 'src/ingest/listings/absent.ts',
    find: 'return [{ instrument, why:',
    replace: 'return instrument.symbol ? [] : [{ instrument, why:',
    tests: ['test/ingest/listed.test.ts']
  },
  {
    name: 'one symbol that the exchange does not know makes the stage unready',
    file: 'src/ingest/transport/outage.ts',
    find: 'if (isRequestRefused(error)) return refusedOne(detail, symbol)',
    replace: 'if (isRequestRefused(null)) return refusedOne(detail, symbol)',
    tests: ['test/ingest/listed.test.ts']
  }
]
