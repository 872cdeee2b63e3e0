/** A bug to plant: in `file` the text `find`, which stands there once, becomes `replace`. */
export type Bug = {
  readonly name: string
  readonly file: string
  readonly find: string
  readonly replace: string
  /** Test files that notice it where no seed can: what it breaks shows in no end result. */
  readonly tests?: readonly string[]
}

/** What the fold of trades into candles can get wrong. */
const AGGREGATE: readonly Bug[] = [
  {
    name: 'a trade that comes again is counted again',
    file: 'src/aggregate/ledger.ts',
    find: 'return index < 0 ? DUPLICATE : fill(',
    replace: 'return index < 0 ? NEXT : fill('
  },
  {
    name: 'sums go through doubles',
    file: 'src/market/decimal.ts',
    find: 'const EXACT_BELOW = 2 ** 53',
    replace: 'const EXACT_BELOW = 2 ** 80'
  },
  {
    name: 'sums keep their trailing zeros',
    file: 'src/market/decimal.ts',
    find: 'while (end > point && padded.charCodeAt(end - 1) === 48) end--',
    replace: ''
  },
  {
    name: 'a trade on the edge falls into the window before',
    file: 'src/aggregate/series.ts',
    find: 'export const windowAt = (series: Series, time: number): Window => {\n  const openTime = time - (time % series.lengthMs)',
    replace:
      'export const windowAt = (series: Series, time: number): Window => {\n  const openTime = time - 1 - ((time - 1) % series.lengthMs)'
  },
  {
    name: 'a window closes a second early',
    file: 'src/aggregate/close-windows.ts',
    find: 'const boundary = state.watermark - (state.watermark % series.lengthMs)',
    replace: 'const boundary = state.watermark + 999 - ((state.watermark + 999) % series.lengthMs)'
  },
  {
    name: 'a trade behind the watermark is dropped',
    file: 'src/aggregate/fold-ticks.ts',
    find: 'if (forgotten) return tooLate(state, trade)',
    replace: 'if (forgotten || time < state.watermark) return { state, emit: NOTHING }'
  },
  {
    name: 'a revision has the number of the one before',
    file: 'src/aggregate/publish.ts',
    find: '  window.revision++\n',
    replace: '  if (window.revision < 0) window.revision++\n'
  },
  {
    name: 'empty candles behind a revised one keep the old close',
    file: 'src/aggregate/close-windows.ts',
    find: 'at < series.closedTo && repeatsAnotherClose(series, at)',
    replace: 'at < series.closedTo && at < 0',
    tests: ['test/aggregate/aggregate.test.ts']
  },
  {
    name: 'an empty candle repeats the open in place of the close',
    file: 'src/aggregate/publish.ts',
    find: 'const close = window.count > 0 ? window.last.price : previousClose',
    replace: 'const close = window.count > 0 ? window.first.price : previousClose'
  },
  {
    name: 'the last trade to come is the close, whatever its time',
    file: 'src/aggregate/window.ts',
    find: 'if (!isEarlier(time, id, window.last)) setEdge(window.last, time, id, price)\n  }\n  window.count++',
    replace: 'setEdge(window.last, time, id, price)\n  }\n  window.count++'
  },
  {
    name: 'the taker is the maker',
    file: 'src/aggregate/window.ts',
    find: "trade.side === 'buy')",
    replace: "trade.side === 'sell')"
  },
  {
    name: 'a wider candle lacks its last fine one',
    file: 'src/aggregate/close-windows.ts',
    find: '  mergeWindow(into, window)\n',
    replace: '  if ((window.openTime + series.lengthMs) % wider.lengthMs !== 0) mergeWindow(into, window)\n'
  },
  {
    name: 'the watermark passes an open hole',
    file: 'src/aggregate/ledger.ts',
    find: "ledger.holes.find(one => one.state === 'open')",
    replace: "ledger.holes.find(one => one.state === 'open' && one.fromId < 0)"
  },
  {
    name: 'an open hole is waited for in vain, for ever',
    file: 'src/aggregate/ledger.ts',
    find: "if (hole.state === 'open' && now - hole.since > holdMs)",
    replace: "if (hole.state === 'open' && now - hole.since > holdMs * 1000)",
    tests: ['test/aggregate/aggregate.test.ts']
  },
  {
    name: 'trades given up are waited for all the same',
    file: 'src/aggregate/fold-ticks.ts',
    find: 'const holes = giveUp(state.ledger, fromId, toId, lost.time, state.now)',
    replace: 'const holes = giveUp(state.ledger, fromId, fromId - 1, lost.time, state.now)'
  },
  {
    name: 'a gap counts one id too few',
    file: 'src/aggregate/publish.ts',
    find: 'missing += hole.toId - hole.fromId + 1',
    replace: 'missing += hole.toId - hole.fromId'
  },
  {
    name: 'what was a gap is traded after all',
    file: 'src/aggregate/publish.ts',
    find: '    rememberBackfill(state, window)\n    standing = BACKFILLED\n',
    replace: '    standing = TRADED\n'
  }
]

/** What a restart can get wrong. */
const STATE: readonly Bug[] = [
  {
    name: 'holes are forgotten at a restore',
    file: 'src/aggregate/state-codec.ts',
    find: 'state.ledger = saved.ledger',
    replace: 'state.ledger = { ...saved.ledger, holes: [] }'
  },
  {
    name: 'the state of wider windows is not written',
    file: 'src/aggregate/state-codec.ts',
    find: 'if (!parts.has(name)) parts.set(',
    replace: 'if (!parts.has(name) && series.level === 0) parts.set('
  },
  {
    name: 'closed windows cannot be revised after a restore',
    file: 'src/aggregate/state-codec.ts',
    find: 'series.begin, series.lastClose] = saved\n',
    replace: 'series.begin, series.lastClose] = saved\n  series.keptFrom = series.closedTo\n'
  },
  {
    name: 'the state is not read to its end',
    file: 'src/kafka/state-store.ts',
    find: 'to: at.high }))',
    replace: 'to: at.high - 12n }))'
  },
  {
    name: 'finals of the last commit are sent again',
    file: 'src/kafka/partition-fold.ts',
    find: '    this.outputs = []\n    this.touched',
    replace: '    this.touched'
  },
  {
    name: 'the position is committed before the outputs',
    file: 'src/kafka/held-partition.ts',
    find: '      await commitRecords(this.producer, this.prefix, commit.records)\n',
    replace:
      "      const isState = (record: { topic: string }) => record.topic.endsWith('_state')\n" +
      '      await commitRecords(this.producer, this.prefix, commit.records.filter(isState))\n' +
      '      await commitRecords(this.producer, this.prefix, commit.records.filter(record => !isState(record)))\n'
  },
  {
    name: 'the outputs are committed before the position',
    file: 'src/kafka/held-partition.ts',
    find: '      await commitRecords(this.producer, this.prefix, commit.records)\n',
    replace:
      "      const isState = (record: { topic: string }) => record.topic.endsWith('_state')\n" +
      '      await commitRecords(this.producer, this.prefix, commit.records.filter(record => !isState(record)))\n' +
      '      await commitRecords(this.producer, this.prefix, commit.records.filter(isState))\n'
  },
  {
    name: 'a commit that failed is taken for done',
    file: 'src/kafka/held-partition.ts',
    find: 'if (!this.lost) this.events.onFailure(error)',
    replace: 'this.lost ||= error === null'
  },
  {
    name: 'a stale owner of a partition may commit',
    file: 'src/kafka/partition-commits.ts',
    find: '    transactionalId,\n    idempotent',
    replace: '    transactionalId: `$' + '{transactionalId} $' + '{Math.random()}`,\n    idempotent'
  },
  {
    name: 'a batch fetched before its partition was taken is folded',
    file: 'src/kafka/run-topology.ts',
    find: 'if (!held || isStale()) return',
    replace: 'if (!held) return',
    tests: ['test/faults/stale-batch.test.ts']
  }
]

/** What following an exchange can get wrong. */
const INGEST: readonly Bug[] = [
  {
    name: 'a jump of ids is overlooked',
    file: 'src/ingest/ledger.ts',
    find: 'return { fresh: true, hole }',
    replace: 'return { fresh: true, hole: hole.from < 0 ? hole : null }'
  },
  {
    name: 'a heartbeat vouches past a hole that nobody has named',
    file: 'src/ingest/heartbeat.ts',
    find: '!feed.beating && isNamed(feed)',
    replace: '!feed.beating'
  },
  {
    name: 'a heartbeat vouches for a connection that is not proven',
    file: 'src/ingest/heartbeat.ts',
    find: 'feed.connected && feed.proven &&',
    replace: 'feed.connected &&'
  },
  {
    name: 'a heartbeat names the trade that comes next',
    file: 'src/ingest/heartbeat.ts',
    find: 'const lastId = String(max)',
    replace: 'const lastId = String(max + 1)'
  },
  {
    name: 'the position is saved before the broker has the trades',
    file: 'src/ingest/heartbeat.ts',
    find: 'await feed.outlet.send([outgoing(rawTicks, sign)])',
    replace: 'void feed.outlet.send([outgoing(rawTicks, sign)])',
    tests: ['test/ingest/heartbeat.test.ts']
  },
  {
    name: 'the position is ahead of what was vouched for',
    file: 'src/ingest/heartbeat.ts',
    find: 'await savePosition(feed, lastId, time)',
    replace: 'await savePosition(feed, String(feed.ledger.max), time)'
  },
  {
    name: 'a gap is closed before its trades are there',
    file: 'src/ingest/fill-gap.ts',
    find: '  let tries = 0\n',
    replace: '  let tries = 0\n  await recordClosed(feed, { ...gap }, [])\n'
  },
  {
    name: 'what is given up is not said among the trades',
    file: 'src/ingest/fill-gap.ts',
    find: 'for (const range of lost) await publishLost(feed, gap, range)',
    replace: 'if (lost.length < 0) await publishLost(feed, gap, gap)'
  },
  {
    name: 'trades held while the feed caught up are given up',
    file: 'src/ingest/fill-gap.ts',
    find: 'const known = [...page, ...heldWithin(feed, page)]',
    replace: 'const known = [...page, ...heldWithin(feed, [])]',
    tests: ['test/ingest/restart.test.ts']
  },
  {
    name: 'holes of an earlier run are not taken over',
    file: 'src/ingest/start-feed.ts',
    find: 'const holes = gaps.map(adopted)',
    replace: 'const holes = gaps.slice(0, 0).map(adopted)'
  },
  {
    name: 'trades from history claim to come from the stream',
    file: 'src/exchange/binance/decode.ts',
    find: "via: 'history'",
    replace: "via: 'stream'"
  },
  {
    name: 'a frame that nobody can read is forgotten',
    file: 'src/ingest/shard.ts',
    find: 'shard.outlet.send([outgoing(deadLetters, letter)]).catch(() => undefined)',
    replace: 'void letter'
  },
  {
    name: 'records count as sent before the broker has them',
    file: 'src/kafka/publisher.ts',
    find: '  await producer.sendBatch({ acks: -1, topicMessages: byTopic(batch) })\n  settle(state, batch)\n',
    replace: '  settle(state, batch)\n  await producer.sendBatch({ acks: -1, topicMessages: byTopic(batch) })\n'
  }
]

/** What storing can get wrong. */
const SINK: readonly Bug[] = [
  {
    name: 'the position is stored before the rows',
    file: 'src/sink/postgres/postgres-sink.ts',
    find: 'throw STALE\n    await storeAll',
    replace: "throw STALE\n    await client.query('commit')\n    await client.query('begin')\n    await storeAll"
  },
  {
    name: 'of two revisions in a batch the older one wins',
    file: 'src/sink/postgres/postgres-sink.ts',
    find: '(a, b) => b.revision >= a.revision',
    replace: '(a, b) => b.revision < a.revision'
  },
  {
    name: 'a stored candle is never replaced',
    file: 'src/sink/postgres/tables.ts',
    find: "onConflict: { replaceWhen: 'candles.revision < excluded.revision' }",
    replace: "onConflict: 'keep'"
  },
  {
    name: 'a stale owner of a partition may store',
    file: 'src/sink/postgres/offsets.ts',
    find: ' and k.next_offset = a.stored`',
    replace: '`',
    tests: ['test/sink/postgres-sink.test.ts']
  },
  {
    name: 'the record behind a batch is skipped',
    file: 'src/kafka/sink-intake.ts',
    find: '  piece.next = next\n  return pieces',
    replace: '  piece.next = next + 1n\n  return pieces'
  }
]

/** No bug at all: if somebody notices this one, the verdicts on the others are worth nothing. */
export const CONTROL: Bug = {
  name: 'nothing',
  file: 'src/topics.ts',
  find: '/** The map:',
  replace: '/** The map:',
  tests: [...new Set([...AGGREGATE, ...STATE, ...INGEST, ...SINK].flatMap(({ tests }) => tests ?? []))]
}

export const BUGS: readonly Bug[] = [...AGGREGATE, ...STATE, ...INGEST, ...SINK]
