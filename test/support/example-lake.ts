import { folderStore } from '../../src/lake/store/folder-store.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'
import { lakeSink } from '../../src/sink/lake/lake-sink.ts'
import { rawTicks } from '../../src/topics.ts'
import { fakeClock } from './fake-clock.ts'

/** `node test/support/example-lake.ts FOLDER`: writes a small lake by the sink, of which readers are to make the same (docs/lake-readers.sh). */

const NEVER = new AbortController().signal
const PLACE = { topic: rawTicks.name, partition: 0 }
const BEGIN = Date.UTC(2026, 9, 1)
const [CUTS, TRADES, HALF_A_DAY] = [3, 100, 43_200_000]

/** What most markets are like, one with many coins a trade, a contract that counts in the quote currency, a price of 11 digits behind the point. */
const MARKETS = [
  { exchange: 'binance', symbol: 'BTC/USDT', price: '61686.01', quantity: '0.00123' },
  { exchange: 'binance', symbol: 'PEPE/USDT', price: '0.00001234', quantity: '2000000000' },
  { exchange: 'kraken', symbol: 'ETH/USD', price: '2500.5', quantity: '0.12345678' },
  {
    ...{ exchange: 'deribit', symbol: 'BTC/USD:BTC', price: '61686.5' },
    ...{ quantity: '0.016210999162702041', quoteQuantity: '1000' }
  },
  { exchange: 'okx', symbol: 'SATS/USDT', price: '0.00000000012', quantity: '5000000' }
]

const tradesOf = (cut: number): readonly Trade[] =>
  Array.from({ length: TRADES }, (_, n) => {
    const time = BEGIN + cut * HALF_A_DAY + n * 10
    const told = { time: epochMs(time), receivedAt: epochMs(time + 5), via: 'stream' } as const
    return MARKETS.map(
      (market): Trade => ({
        ...market,
        id: String(1_000 + cut * TRADES + n),
        ...told,
        side: n % 2 === 0 ? 'sell' : 'buy'
      })
    )
  }).flat()

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('name a folder')
const sink = lakeSink(folderStore(folder), fakeClock())
let next = 0
for (let cut = 0; cut < CUTS; cut++) {
  await sink.positions?.([PLACE])
  if (cut === 0) await sink.write({ values: [], advances: [{ ...PLACE, stored: null, next: 0n }] }, NEVER)
  const values = tradesOf(cut).map((value, n) => ({
    value,
    record: {
      ...PLACE,
      offset: String(next + n),
      timestamp: value.time,
      key: null,
      value: Buffer.alloc(0),
      headers: {}
    }
  }))
  const stored = BigInt(next)
  next += values.length
  await sink.write({ values, advances: [{ ...PLACE, stored, next: BigInt(next) }] }, NEVER)
  await sink.close?.()
}
