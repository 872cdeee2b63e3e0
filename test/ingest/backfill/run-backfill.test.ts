import { describe, expect, test } from '@jest/globals'
import type { Backfilling } from '../../../src/ingest/backfill/backfilling.ts'
import { findTimeRange } from '../../../src/ingest/backfill/find-time-range.ts'
import { runBackfill } from '../../../src/ingest/backfill/run-backfill.ts'
import { wantedIds } from '../../../src/ingest/backfill/wanted-ids.ts'
import { tradeIn } from '../../../src/ingest/feed/trade-in.ts'
import type { BackfillPosition } from '../../../src/market/records/feed/backfill-position.ts'
import type { Gap } from '../../../src/market/records/feed/gap.ts'
import { isTrade, type Trade } from '../../../src/market/records/feed/trade.ts'
import { epochMs } from '../../../src/market/time.ts'
import type { Outgoing } from '../../../src/stream/topic.ts'
import { backfillState, gaps, rawTicks } from '../../../src/topics.ts'
import { DAY, trade } from '../../support/market.ts'
import { BTC } from '../scene.ts'
import { createVirtualClock } from '../virtual-clock.ts'

const PAGE = 7
const [FIRST, LAST] = [100, 160]
const at = (id: number): number => DAY + (id - FIRST) * 1_000

/** Trades 90..180, one a second, but for some that history does not have. */
const historyWithout = (absent: readonly number[]) => {
  const all = Array.from({ length: 91 }, (_, n) => trade(90 + n, at(90 + n), { via: 'history' }))
  const kept = all.filter(({ id }) => !absent.includes(Number(id)))
  const asked: (number | null)[] = []
  const trades = async (fromId: number | null, limit: number): Promise<readonly Trade[]> => {
    asked.push(fromId)
    return fromId === null ? kept.slice(-limit) : kept.filter(({ id }) => Number(id) >= fromId).slice(0, limit)
  }
  const firstFrom = async (time: number) => {
    const first = kept.find(one => one.time >= time)
    return first ? Number(first.id) : null
  }
  return { ask: { trades, firstFrom, pageSize: PAGE }, asked }
}

const timeRange = async (ask: Backfilling['ask']): Promise<BackfillPosition> => {
  const found = await findTimeRange(BTC, epochMs(at(FIRST)), epochMs(at(LAST + 1)), ask)
  if (!found) throw new Error('nothing was found')
  return found
}

const gapOf = (from: number, to: number): Gap => ({
  ...BTC,
  fromId: String(from),
  toId: String(to),
  count: to - from + 1,
  detectedAt: epochMs(DAY),
  status: 'unrecoverable',
  cause: 'disconnect',
  closedAt: epochMs(DAY)
})

/** A broker that takes so many sends, and dies with the process at the next one. It refuses some trades for good. */
const broker = (log: Outgoing[], takes = Number.POSITIVE_INFINITY, refused: readonly number[] = []) => {
  let left = takes
  let tell = (_: Outgoing): void => undefined
  const send = async (records: readonly Outgoing[]): Promise<void> => {
    if (left-- <= 0) throw new Error('killed')
    for (const record of records)
      if (refused.includes(Number(tradeIn(record)?.id))) tell(record)
      else log.push(record)
  }
  const onRefused = (listen: typeof tell): void => {
    tell = listen
  }
  return { send, onRefused }
}

const decoded = <T>(
  log: readonly Outgoing[],
  topic: { readonly name: string; readonly codec: { readonly decode: (bytes: Buffer) => T } }
) =>
  log.filter(({ topic: name }) => name === topic.name).map(({ value }) => topic.codec.decode(Buffer.from(value ?? '')))

const tradeIds = (log: readonly Outgoing[]): readonly number[] =>
  decoded(log, rawTicks)
    .filter(isTrade)
    .map(({ id }) => Number(id))

const ids = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)

const run = (
  position: BackfillPosition,
  ask: Backfilling['ask'],
  log: Outgoing[],
  more: Partial<Backfilling> & { readonly takes?: number; readonly refused?: readonly number[] } = {}
) => {
  const clock = createVirtualClock(DAY)
  const unfilled = more.unfilled ?? []
  const work = runBackfill({
    position,
    unfilled,
    wanted: wantedIds(position, null, unfilled),
    isJoined: true,
    ask,
    output: broker(log, more.takes, more.refused),
    clock: { ...clock, sleep: async () => undefined },
    signal: new AbortController().signal,
    onDone: () => undefined,
    ...more
  })
  return work
}

describe('a backfill', () => {
  test('publishes each trade of the range once, in the order of ids, and says how far it is complete', async () => {
    const { ask } = historyWithout([])
    const log: Outgoing[] = []
    expect(await run(await timeRange(ask), ask, log)).toEqual({ trades: 61, absent: [] })
    expect(tradeIds(log)).toEqual(ids(FIRST, LAST))
    expect(decoded(log, rawTicks).filter(tick => !isTrade(tick))).toMatchObject([
      { kind: 'heartbeat', lastId: String(LAST), time: at(LAST + 1) }
    ])
    expect(decoded(log, backfillState).at(-1)).toMatchObject({ nextId: String(LAST + 1) })
  })

  test('killed at any moment and started again, it loses nothing, and repeats a page at most', async () => {
    const { ask } = historyWithout([120])
    const position = await timeRange(ask)
    const whole: Outgoing[] = []
    await run(position, ask, whole)
    for (let takes = 0; takes < whole.length; takes++) {
      const log: Outgoing[] = []
      const ended = await run(position, ask, log, { takes }).then(
        () => true,
        () => false
      )
      if (ended) break
      const kept = decoded(log, backfillState).at(-1) ?? position
      await run(kept, ask, log, { unfilled: decoded(log, gaps) })
      const published = tradeIds(log)
      expect([...new Set(published)].toSorted((a, b) => a - b)).toEqual(ids(FIRST, LAST).filter(id => id !== 120))
      expect(published.length).toBeLessThanOrEqual(60 + PAGE)
      expect(decoded(log, gaps).map(({ fromId, toId }) => [fromId, toId])).toContainEqual(['120', '120'])
    }
  })

  test('ids that history does not have are given up, each by name', async () => {
    const { ask } = historyWithout([100, 111, 112, 160])
    const log: Outgoing[] = []
    const position = { ...(await timeRange(ask)), fromId: '100', nextId: '100' }
    const { absent } = await run(position, ask, log)
    const lost = [
      { from: 100, to: 100 },
      { from: 111, to: 112 },
      { from: 160, to: 160 }
    ]
    expect(absent).toEqual(lost)
    const due = lost.map(({ from, to }) => ({ fromId: String(from), toId: String(to) }))
    expect(decoded(log, gaps)).toMatchObject(due.map(one => ({ ...one, status: 'unrecoverable' })))
    expect(decoded(log, rawTicks).filter(tick => 'kind' in tick && tick.kind === 'gap')).toMatchObject(due)
  })

  test('a gap that was given up is filled when all of it is there after all, also across an end in its middle', async () => {
    const { ask } = historyWithout([])
    const position = await timeRange(ask)
    const hole = gapOf(110, 130)
    const log: Outgoing[] = []
    await run({ ...position, nextId: '121' }, ask, log, { unfilled: [hole] })
    expect(tradeIds(log)).toEqual(ids(110, LAST))
    expect(decoded(log, gaps)).toMatchObject([{ fromId: '110', toId: '130', count: 21, status: 'filled' }])
  })

  test('a gap of which some is still absent stays as it is named', async () => {
    const { ask } = historyWithout([115])
    const log: Outgoing[] = []
    await run(await timeRange(ask), ask, log, { unfilled: [gapOf(110, 130)] })
    expect(decoded(log, gaps)).toEqual([])
  })

  test('trades that the broker refuses for good are given up too, and close no gap', async () => {
    const { ask } = historyWithout([101])
    const log: Outgoing[] = []
    const refused = [102, 115, 159]
    const hole = gapOf(110, 130)
    const { trades, absent } = await run(await timeRange(ask), ask, log, { refused, unfilled: [hole] })
    expect(trades).toBe(tradeIds(log).length)
    expect(absent).toEqual([
      { from: 101, to: 102 },
      { from: 115, to: 115 },
      { from: 159, to: 159 }
    ])
    expect(decoded(log, gaps).map(({ fromId, toId, status }) => `${fromId}..${toId} ${status}`)).toEqual([
      '101..102 unrecoverable',
      '159..159 unrecoverable'
    ])
    expect(decoded(log, rawTicks).filter(tick => 'kind' in tick && tick.kind === 'gap')).toHaveLength(2)
  })

  test('passes over what candles hold, but for their gaps', async () => {
    const { ask, asked } = historyWithout([])
    const position = await timeRange(ask)
    const known = { firstId: 110, lastId: 150, gaps: [{ from: 120, to: 121 }] }
    const log: Outgoing[] = []
    asked.length = 0
    await run(position, ask, log, { wanted: wantedIds(position, known, []), isJoined: false })
    expect(tradeIds(log)).toEqual([...ids(100, 109), 120, 121, ...ids(151, 160)])
    expect(asked).toEqual([100, 107, 120, 151, 158])
    expect(decoded(log, rawTicks).every(isTrade)).toBe(true)
  })

  test('of a range that reaches into the future it takes what there is, and says no more of it to be complete', async () => {
    const { ask } = historyWithout([])
    const found = await findTimeRange(BTC, epochMs(at(150)), epochMs(at(500)), ask)
    expect(found).toMatchObject({ fromId: '150', toId: '180', provenTo: at(180) })
    expect(await findTimeRange(BTC, epochMs(at(400)), epochMs(at(500)), ask)).toBeNull()
    expect(await findTimeRange(BTC, epochMs(at(FIRST) + 1), epochMs(at(FIRST) + 2), ask)).toBeNull()
  })
})
