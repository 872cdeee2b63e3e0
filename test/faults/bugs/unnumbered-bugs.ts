import type { Bug } from './bug.ts'

const FOLD = 'test/aggregate/unnumbered.test.ts'
const FEED = 'test/ingest/unnumbered.test.ts'
const KLINES = 'test/ingest/kline/klines.test.ts'

/** What can go wrong where no number proves trades whole: the simulated world knows no such exchange, so tests have to notice. */
export const unnumberedBugs: readonly Bug[] = [
  {
    name: 'a minute matches the exchange’s own without being compared',
    file: 'src/aggregate/unnumbered/tally.ts',
    find: 'const order = compareDecimals(volume, reference.volume)',
    replace: 'const order = 0',
    tests: [FOLD]
  },
  {
    name: 'an equal volume in other trades is a match',
    file: 'src/aggregate/unnumbered/tally.ts',
    find: ' || !isCountEqual || !isQuoteEqual',
    replace: '',
    tests: [FOLD]
  },
  {
    name: 'a wider candle matches as soon as one of its minutes does',
    file: 'src/aggregate/unnumbered/tally.ts',
    find: 'if (matched < minutes) return null',
    replace: 'if (matched < 1) return null',
    tests: [FOLD]
  },
  {
    name: 'a wider candle misses what its last minute misses',
    file: 'src/aggregate/unnumbered/tally.ts',
    find: 'missing: plus(subtractDecimals(total.missing, before.missing), now.missing)',
    replace: 'missing: now.missing',
    tests: [FOLD]
  },
  {
    name: 'an unproven minute never climbs',
    file: 'src/aggregate/fold-unnumbered.ts',
    find: '  reviseMinute(state, ledger, unnumbered, kline.openTime, emit)\n',
    replace: '',
    tests: [FOLD]
  },
  {
    name: 'a first trade closes windows that heartbeats alone close',
    file: 'src/aggregate/fold-unnumbered.ts',
    find: 'if (begin === undefined) state.watermark = 0',
    replace: 'if (begin === undefined) state.watermark = time',
    tests: [FOLD]
  },
  {
    name: 'an id that no number orders counts twice',
    file: 'src/aggregate/fold-unnumbered.ts',
    find: ' || hasId(ids, time, id)',
    replace: '',
    tests: [FOLD]
  },
  {
    name: 'a minute that the stream left out is not asked for after a return',
    file: 'src/ingest/quotes/kline/catch-up.ts',
    find: 'let at = nextOpenTime(feed)',
    replace: 'let at: number | null = Math.min(...feed.closed.keys())',
    tests: [KLINES]
  },
  {
    name: 'a minute of which no stream tells is not asked for',
    file: 'src/ingest/quotes/kline/accept-kline.ts',
    find: 'bring(feed, windowStart(time - GRACE_MS, MINUTE_MS) - MINUTE_MS)',
    replace: 'bring(feed, Math.min(time, 0))',
    tests: [KLINES]
  },
  {
    name: 'history is not asked right after a break',
    file: 'src/ingest/feed/unnumbered-feed.ts',
    find: 'const asking = readMissed(state, since)',
    replace: 'const asking = Promise.resolve()',
    tests: [FEED]
  },
  {
    name: 'trades do not wait for what history has of a break',
    file: 'src/ingest/feed/unnumbered-feed.ts',
    find: '  state.waiting ??= []\n',
    replace: '',
    tests: [FEED]
  },
  {
    name: 'a feed without numbers vouches before history has answered',
    file: 'src/ingest/feed/unnumbered-feed.ts',
    find: 'connected && waiting === null && newestTime > 0',
    replace: 'connected && newestTime > 0',
    tests: [FEED]
  },
  {
    name: 'a message that was lost asks nobody where no number tells of it',
    file: 'src/ingest/feed/unnumbered-feed.ts',
    find: 'if (state.connected) spawn(readMissed',
    replace: 'if (!state.connected) spawn(readMissed',
    tests: [FEED]
  },
  {
    name: 'an id that was seen is published again',
    file: 'src/ingest/feed/recent-ids.ts',
    find: 'if (seen.has(id)) return false',
    replace: '',
    tests: [FEED]
  },
  {
    name: 'another trade with an old id is dropped without a word',
    file: 'src/ingest/feed/unnumbered-feed.ts',
    find: 'return known !== undefined && Math.abs(time - known) > NEWER_MS',
    replace: 'return false',
    tests: ['test/ingest/venue-troubles.test.ts']
  }
]
