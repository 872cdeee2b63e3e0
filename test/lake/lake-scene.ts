import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { liveFiles } from '../../src/lake/manifest/manifest.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { lakeSink } from '../../src/sink/lake/lake-sink.ts'
import { rawTicks } from '../../src/topics.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { duckdbRows } from './lake-rows.ts'

export const NEVER = new AbortController().signal
export const MIDNIGHT = Date.UTC(2024, 7, 9)

/** The nth trade of BTC/USDT, n milliseconds behind midnight. */
const tradeAt = (n: number, of: Partial<Trade> = {}): Trade => ({
  exchange: 'binance',
  symbol: 'BTC/USDT',
  id: String(1_000_000 + n),
  price: '61686.01',
  quantity: '0.00123',
  time: epochMs(MIDNIGHT + n),
  receivedAt: epochMs(MIDNIGHT + n + 7),
  side: 'buy',
  via: 'stream',
  ...of
})

export const tradesFrom = (first: number, count: number, of: Partial<Trade> = {}): readonly Trade[] =>
  Array.from({ length: count }, (_, n) => tradeAt(first + n, of))

/** A lake in a folder of its own. */
export type LakeScene = {
  readonly folder: string
  readonly store: LakeStore
  /** Writes trades at offsets from `at` on, as an entry of its own, by a sink that knows nothing of what was before. */
  readonly write: (at: number, trades: readonly Trade[], partition?: number) => Promise<void>
  /** All trades of all live files, as `offset id`, in order. */
  readonly trades: () => Promise<readonly string[]>
  readonly remove: () => void
}

/** `hasChain`: whether the exchange numbers its trades. */
export const lakeScene = (hasChain = true): LakeScene => {
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-lake-'))
  const store = folderStore(folder)
  const write = async (at: number, trades: readonly Trade[], partition = 0): Promise<void> => {
    const place = { topic: 'raw_ticks', partition }
    const clock = fakeClock()
    const sink = lakeSink({ ...store, list: async () => [] }, clock, { hasChain: () => hasChain })
    await sink.positions!([place])
    await sink.write({ values: [], advances: [{ ...place, stored: null, next: BigInt(at) }] }, NEVER)
    const values = trades.map((value, n) => ({
      value,
      record: {
        ...place,
        offset: String(at + n),
        timestamp: value.time,
        key: null,
        value: Buffer.from(rawTicks.codec.encode(value)),
        headers: {}
      }
    }))
    const next = BigInt(at + trades.length)
    await sink.write({ values, advances: [{ ...place, stored: BigInt(at), next }] }, NEVER)
    await clock.sleep(60_000)
    await sink.write({ values: [], advances: [] }, NEVER)
  }
  const trades = async (): Promise<readonly string[]> => {
    const paths = (await liveFiles(store)).map(file => `'${join(folder, file.path)}'`)
    const rows = await duckdbRows(`select * from read_parquet([${paths}]) order by kafka_partition, kafka_offset`)
    return rows.map(row => `${row.kafka_partition}/${row.kafka_offset} ${row.trade_id} ${row.price} ${row.quantity}`)
  }
  return { folder, store, write, trades, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
