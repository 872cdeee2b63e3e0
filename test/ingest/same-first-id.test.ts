import { expect, test } from '@jest/globals'
import { createFeed, type FeedDeps } from '../../src/ingest/feed/feed.ts'
import { recordClosed, recordOpen } from '../../src/ingest/gaps/gap-ledger.ts'
import { epochMs } from '../../src/market/time.ts'
import type { Outgoing } from '../../src/stream/topic.ts'
import { gaps } from '../../src/topics.ts'
import { DAY } from '../support/market.ts'
import { silent } from '../support/silent.ts'
import { BTC } from './scene.ts'

test('of two open gaps with the same first id the record names the longer one, until that is closed', async () => {
  const said: string[] = []
  const send = async (records: readonly Outgoing[]): Promise<void> => {
    for (const { value } of records) {
      const gap = gaps.codec.decode(Buffer.from(value ?? ''))
      said.push(`${gap.fromId}..${gap.toId} ${gap.count} ${gap.status}`)
    }
  }
  const deps = { output: { send }, clock: { now: () => epochMs(DAY) }, log: silent }
  const feed = createFeed(BTC, 1_000, deps as unknown as FeedDeps)
  const long = await recordOpen(feed, { from: 5, to: 9 }, 'skipped')
  const short = await recordOpen(feed, { from: 5, to: 5 }, 'skipped')
  await recordClosed(feed, short)
  expect(said).toEqual(['5..9 5 open', '5..9 5 open'])
  await recordClosed(feed, long)
  expect(said.slice(2)).toEqual(['5..9 5 filled'])
})
