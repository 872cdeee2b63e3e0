import { afterEach, expect, test } from '@jest/globals'
import type { Gap } from '../../src/market/records/feed/gap.ts'
import { epochMs } from '../../src/market/time.ts'
import { gaps } from '../../src/topics.ts'
import { type GatewayScene, gatewayScene } from '../support/gateway-scene.ts'
import { incoming } from '../support/records.ts'

const DAY_MS = 86_400_000

let scene: GatewayScene | undefined
afterEach(() => scene?.close())

const gap = (fromId: string, status: Gap['status'], daysAgo: number, now: number): Gap => ({
  exchange: 'binance',
  symbol: 'BTC/USDT',
  fromId,
  toId: fromId,
  count: 1,
  detectedAt: epochMs(now - daysAgo * DAY_MS),
  status,
  cause: 'skipped',
  closedAt: status === 'open' ? null : epochMs(now - daysAgo * DAY_MS)
})

const idsOf = async (path: string): Promise<readonly string[]> => {
  const answer = (await (await fetch(`${scene!.url}${path}`)).json()) as { gaps: readonly Gap[] }
  return answer.gaps.map(({ fromId }) => fromId)
}

test('a gap that has left the ledger is told from the database, and what the ledger has from the ledger', async () => {
  const stored: Gap[] = []
  let asked = 0
  const history = {
    gaps: async ({ status }: { readonly status?: Gap['status'] }) => {
      asked++
      return stored.filter(one => status === undefined || one.status === status)
    }
  }
  scene = await gatewayScene({ history: history as never })
  const now = scene.clock.now()
  const [old, lately] = [gap('1', 'filled', 40, now), gap('2', 'open', 0, now)]
  stored.push(old, lately)
  scene.give(gaps, old, { ...lately, status: 'filled', closedAt: now })
  expect(scene.serving.liveTail.feeds.gaps()).toHaveLength(2)
  scene.serving.liveTail.accept(
    incoming({ topic: gaps.name, offset: '9', key: Buffer.from(gaps.key(old)), value: null })
  )
  expect(scene.serving.liveTail.feeds.gaps().map(({ fromId }) => fromId)).toEqual(['2'])
  expect(await idsOf('/api/v1/gaps')).toEqual(['1', '2'])
  // The database has not heard yet that it was filled.
  expect(await idsOf('/api/v1/gaps?status=open')).toEqual([])
  expect(asked).toBe(2)
  expect(await idsOf(`/api/v1/gaps?from=${now - DAY_MS / 2}`)).toEqual(['2'])
  expect(asked).toBe(2)
})
