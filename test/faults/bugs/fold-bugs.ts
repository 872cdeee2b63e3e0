import type { Bug } from './bug.ts'

const BOUNDED = 'test/aggregate/bounded-state.test.ts'
const LOST_TRADES = 'test/aggregate/lost-trades.property.test.ts'
const OPEN_GAPS = 'test/aggregate/open-gaps.property.test.ts'

/** What the fold of trades into candles can get wrong. */
export const foldBugs: readonly Bug[] = [
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
    file: 'src/aggregate/state/series.ts',
    find: 'export const windowAt = (series: Series, time: number): Window => {\n  const openTime = time - (time % series.lengthMs)',
    replace:
      'export const windowAt = (series: Series, time: number): Window => {\n  const openTime = time - 1 - ((time - 1) % series.lengthMs)'
  },
  {
    name: 'a window closes a second early',
    file: 'src/aggregate/windows/close-windows.ts',
    find: 'const boundary = state.watermark - (state.watermark % series.lengthMs)',
    replace: 'const boundary = state.watermark + 999 - ((state.watermark + 999) % series.lengthMs)'
  },
  {
    name: 'a trade behind the watermark is dropped',
    file: 'src/aggregate/fold-ticks.ts',
    find: 'if (forgotten && !pinned) return tooLate(state, trade)',
    replace: 'if ((forgotten && !pinned) || time < state.watermark) return { state, emit: NOTHING }'
  },
  {
    name: 'a revision has the number of the one before',
    file: 'src/aggregate/windows/publish.ts',
    find: '  window.revision++\n',
    replace: '  if (window.revision < 0) window.revision++\n'
  },
  {
    name: 'empty candles behind a revised one keep the old close',
    file: 'src/aggregate/windows/close-windows.ts',
    find: 'isRetained(series, at) && repeatsAnotherClose(series, at)',
    replace: 'at < 0',
    tests: ['test/aggregate/aggregate.test.ts']
  },
  {
    name: 'an empty candle repeats the open in place of the close',
    file: 'src/aggregate/windows/publish.ts',
    find: 'const close = window.count > 0 ? window.last.price : previousClose',
    replace: 'const close = window.count > 0 ? window.first.price : previousClose'
  },
  {
    name: 'the last trade to come is the close, whatever its time',
    file: 'src/aggregate/state/window.ts',
    find: 'if (!isEarlier(time, id, window.last)) setEdge(window.last, time, id, price)\n  }\n  window.count++',
    replace: 'setEdge(window.last, time, id, price)\n  }\n  window.count++'
  },
  {
    name: 'the taker is the maker',
    file: 'src/aggregate/state/window.ts',
    find: "trade.side === 'buy',",
    replace: "trade.side === 'sell',"
  },
  {
    name: 'a wider candle lacks its last fine one',
    file: 'src/aggregate/windows/close-windows.ts',
    find: '  mergeWindow(into, window)\n',
    replace: '  if ((window.openTime + series.lengthMs) % wider.lengthMs !== 0) mergeWindow(into, window)\n'
  },
  {
    name: 'the watermark passes an open hole',
    file: 'src/aggregate/ledger.ts',
    find: "ledger.gaps.find(one => one.state === 'open')",
    replace: "ledger.gaps.find(one => one.state === 'open' && one.fromId < 0)"
  },
  {
    name: 'an open hole is waited for in vain, for ever',
    file: 'src/aggregate/ledger.ts',
    find: "if (gap.state === 'open' && now - gap.since > holdMs)",
    replace: "if (gap.state === 'open' && now - gap.since > holdMs * 1000)",
    tests: ['test/aggregate/aggregate.test.ts']
  },
  {
    name: 'trades given up are waited for all the same',
    file: 'src/aggregate/fold-ticks.ts',
    find: 'abandon(state.ledger, fromId, toId, state.now)',
    replace: 'abandon(state.ledger, fromId, fromId - 1, state.now)'
  },
  {
    name: 'a trade does not bound what was given up next to it',
    file: 'src/aggregate/ledger.ts',
    find: 'joined([...ended, ...observeBefore(gaps, id - 1, time), ...observeAfter(gaps, id, time)])',
    replace: 'joined(ended)',
    tests: ['test/aggregate/aggregate.property.test.ts']
  },
  {
    name: 'a heartbeat that named what was given up is forgotten with the next trade',
    file: 'src/aggregate/gaps.ts',
    find: 'run.filter(gap => gap.afterId > id || ',
    replace: "run.filter(gap => gap.state === 'lost' || gap.afterId > id || ",
    tests: ['test/aggregate/aggregate.test.ts']
  },
  {
    name: 'a heartbeat tells nothing inside a gap',
    file: 'src/aggregate/ledger.ts',
    find: '  cut(ledger.gaps, id)\n',
    replace: '',
    tests: [LOST_TRADES]
  },
  {
    name: 'a late heartbeat changes no candle',
    file: 'src/aggregate/fold-ticks.ts',
    find: 'const span = assertUpTo(state.ledger, lastId, heartbeat.time, state.now)',
    replace: 'const span = assertUpTo(state.ledger, lastId, heartbeat.time, state.now) && null',
    tests: [LOST_TRADES]
  },
  {
    name: 'a gap counts one id too few',
    file: 'src/aggregate/gaps.ts',
    find: '? gap.toId - gap.fromId + 1 : 0',
    replace: '? gap.toId - gap.fromId : 0'
  },
  {
    name: 'what was a gap is traded after all',
    file: 'src/aggregate/windows/publish.ts',
    find: '    rememberBackfill(state, window)\n    standing = BACKFILLED\n',
    replace: '    standing = TRADED\n'
  },
  {
    name: 'an open gap keeps every window behind it',
    file: 'src/aggregate/windows/keep-windows.ts',
    find: 'if (touched.includes(oldest, series.retainedFrom)) series.pinned.add(oldest)',
    replace: 'if (!touched.none) series.pinned.add(oldest)',
    tests: [BOUNDED]
  },
  {
    name: 'windows that wait for missing trades are forgotten',
    file: 'src/aggregate/windows/keep-windows.ts',
    find: 'if (touched.includes(oldest, series.retainedFrom)) series.pinned.add(oldest)',
    replace: 'if (series.retainedFrom < 0) series.pinned.add(oldest)',
    tests: [OPEN_GAPS]
  },
  {
    name: 'what is missing for good is forgotten with its gap',
    file: 'src/aggregate/windows/keep-windows.ts',
    find: 'window.missingForGood += Math.max(missingCount(gap), 1)',
    replace: 'window.missingForGood += 0',
    tests: [BOUNDED]
  },
  {
    name: "a gap does not reach to its neighbour's trade",
    file: 'src/aggregate/gaps.ts',
    find: 'for (const gap of run) touch(gap, time)',
    replace: 'for (const gap of run.slice(0, 0)) touch(gap, time)',
    tests: ['test/aggregate/aggregate.test.ts']
  },
  {
    name: 'a candle is written with its fields in another order than its table has',
    file: 'src/aggregate/windows/publish.ts',
    find: '    final,\n    status: standing.status,',
    replace: '    status: standing.status,\n    final,'
  }
]
