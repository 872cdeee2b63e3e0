import type { Bug } from './bug.ts'

/** What storing can get wrong. */
export const sinkBugs: readonly Bug[] = [
  {
    name: 'the position is stored before the rows',
    file: 'src/sink/postgres/postgres-sink.ts',
    find: 'throw STALE\n    await storeAll',
    replace: "throw STALE\n    await client.query('commit')\n    await client.query('begin')\n    await storeAll"
  },
  {
    name: 'of two revisions in a batch the older one wins',
    file: 'src/sink/postgres/postgres-sink.ts',
    find: 'next.revision >= current.revision',
    replace: 'next.revision < current.revision'
  },
  {
    name: 'a stored candle is never replaced',
    file: 'src/sink/postgres/tables.ts',
    find: "onConflict: { replaceWhen: 'candles.revision < excluded.revision' }",
    replace: "onConflict: 'keep'"
  },
  {
    name: 'marks that were fetched before a partition was opened anew are believed',
    file: 'src/kafka/client/consumer-session.ts',
    find: 'payload.batchSize > 0 || isStale ||',
    replace: 'payload.batchSize > 0 ||',
    tests: ['test/faults/stale-batch.test.ts']
  },
  {
    name: 'a stale owner of a partition may store',
    file: 'src/sink/postgres/offsets.ts',
    find: ' and k.next_offset = a.stored`',
    replace: '`',
    tests: ['test/sink/postgres-sink.test.ts']
  },
  {
    name: 'a connection that met a read-only database is used again',
    file: 'src/sink/postgres/in-transaction.ts',
    find: 'if (isSpoiled(error, explained)) release(explained)',
    replace: 'if (isSpoiled(error, explained) && false) release(explained)'
  },
  {
    name: 'a read-only database is bad data',
    file: 'src/sink/postgres/errors/server-rules.ts',
    find: "when: hasState(/^25006/),\n    verdict: 'wait'",
    replace: "when: hasState(/^25006/),\n    verdict: 'data'"
  },
  {
    name: 'the record behind a batch is skipped',
    file: 'src/kafka/sink/sink-buffer.ts',
    find: '  piece.next = end.next\n  return pieces',
    replace: '  piece.next = end.next + 1n\n  return pieces'
  }
]
