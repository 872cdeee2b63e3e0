import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { OBSERVATION_SOURCES } from '../../src/alert/observation.ts'
import { clearLedger, expiredGaps, MAX_LOST } from '../../src/ingest/gaps/clear-ledger.ts'
import { createPublisher } from '../../src/kafka/produce/publisher.ts'
import { readTable } from '../../src/kafka/read/table/read-table.ts'
import type { Gap } from '../../src/market/records/feed/gap.ts'
import { epochMs } from '../../src/market/time.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { outgoing } from '../../src/stream/topic.ts'
import { gaps } from '../../src/topics.ts'
import { silent } from '../support/silent.ts'
import { createTopic, type TestKafka, testKafka } from '../support/test-kafka.ts'

const DAY_MS = 86_400_000
const NOW = epochMs(1_800_000_000_000)

const gap = (from: number, status: Gap['status'], closedDaysAgo: number | null, symbol = 'BTC/USDT'): Gap => ({
  exchange: 'binance',
  symbol,
  fromId: String(from),
  toId: String(from),
  count: 1,
  detectedAt: epochMs(NOW - 400 * DAY_MS),
  status,
  cause: 'skipped',
  closedAt: closedDaysAgo === null ? null : epochMs(NOW - closedDaysAgo * DAY_MS)
})

describe('what leaves the ledger of gaps', () => {
  test('is what was filled long ago, and neither what is open, nor lost, nor filled lately', () => {
    const known = [gap(1, 'filled', 31), gap(2, 'filled', 29), gap(3, 'open', null), gap(4, 'unrecoverable', 300)]
    expect(expiredGaps(known, NOW, 30 * DAY_MS)).toEqual([known[0]])
    expect(expiredGaps(known, NOW, -1)).toEqual([])
  })

  test('of lost gaps the oldest beyond ten thousand of one instrument', () => {
    const many = Array.from({ length: MAX_LOST + 2 }, (_, id) => gap(id, 'unrecoverable', 40 + id / 1_000))
    const other = gap(1, 'unrecoverable', 300, 'ETH/USDT')
    expect(expiredGaps([...many, other], NOW, 30 * DAY_MS)).toEqual(many.slice(-2))
    expect(expiredGaps([...many, other], NOW, 60 * DAY_MS)).toEqual([])
  })

  test('never what is open, whatever else there is', () => {
    const anyGap = fc
      .record({
        id: fc.nat(),
        status: fc.constantFrom<Gap['status'][]>('open', 'filled', 'unrecoverable'),
        days: fc.nat(1_000)
      })
      .map(({ id, status, days }) => gap(id, status, status === 'open' ? null : days))
    fc.assert(
      fc.property(fc.array(anyGap), fc.integer({ min: -1, max: 100 * DAY_MS }), (known, keepMs) => {
        const gone = new Set(expiredGaps(known, NOW, keepMs))
        return known.every(one => !gone.has(one) || one.status !== 'open')
      })
    )
  })
})

describe('the ledger on a real broker', () => {
  let cluster: TestKafka
  beforeAll(async () => {
    cluster = await testKafka()
    await createTopic(cluster, gaps.name, 4, { 'cleanup.policy': 'compact' })
  })
  afterAll(() => cluster.sweep())

  test('holds only what is needed after it was cleared, once', async () => {
    const { kafka, prefix } = cluster
    const world = {
      clock: { ...systemClock, now: () => NOW },
      log: silent,
      health: createHealth(),
      random: Math.random
    }
    const output = createPublisher({ ...world, kafka, prefix, stage: 'test' })
    const kept = [gap(3, 'open', null), gap(4, 'unrecoverable', 300), { ...gap(5, 'filled', 2), epoch: 1 }]
    const long = [gap(1, 'filled', 31), { ...gap(2, 'filled', 31), epoch: 2 }]
    await output.send([...long, ...kept].map(one => outgoing(gaps, one)))
    const readGaps = () => readTable(kafka, prefix, gaps)
    const { signal } = new AbortController()
    const upkeep = { ...world, readGaps, output, keepMs: 30 * DAY_MS, signal }
    expect(await clearLedger(upkeep)).toBe(2)
    const ids = (await readGaps()).map(({ fromId }) => fromId).sort()
    expect(ids).toEqual(['3', '4', '5'])
    expect(await clearLedger(upkeep)).toBe(0)
    await output.close()
  })
})

test('a gap that has left the ledger is nothing to judge for rules of alerts', () => {
  expect(
    OBSERVATION_SOURCES.gap.decode(Buffer.alloc(0), { key: Buffer.from('binance:BTC/USDT#1'), timestamp: '0' })
  ).toBeNull()
})
