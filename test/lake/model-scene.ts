import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildLake } from '../../src/lake/model/build-lake.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import { isTrade, type Tick, type Trade } from '../../src/market/records/feed/trade.ts'
import { lakeSink } from '../../src/sink/lake/lake-sink.ts'
import { rawTicks } from '../../src/topics.ts'
import { candlesOf } from '../support/driven-candles.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { duckdbRows } from './lake-rows.ts'

const NEVER = new AbortController().signal
const PLACE = { topic: 'raw_ticks', partition: 0 }
const INTERVALS = ['1m', '5m', '15m', '1d'] as const
const HUNDRED_DAYS = 8_640_000_000

/** A candle as both sides tell it. */
export type Told = Readonly<Record<string, string>>

/** A lake in a folder that the real sink writes, and the models made of it. */
export const modelScene = (hasChain = true) => {
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-models-'))
  const lake = join(folder, 'lake')
  const store = folderStore(lake)
  let offset = 0
  /** Writes trades, in one file for each instrument and day. */
  const write = async (trades: readonly Trade[]): Promise<void> => {
    const clock = fakeClock()
    const sink = lakeSink(store, clock, { hasChain: () => hasChain })
    const known = await sink.positions!([PLACE])
    if (known.size === 0) await sink.write({ values: [], advances: [{ ...PLACE, stored: null, next: 0n }] }, NEVER)
    const values = trades.map((value, n) => ({
      value,
      record: {
        ...PLACE,
        offset: String(offset + n),
        timestamp: value.time,
        key: null,
        value: Buffer.from(rawTicks.codec.encode(value)),
        headers: {}
      }
    }))
    const advances = [{ ...PLACE, stored: BigInt(offset), next: BigInt(offset + trades.length) }]
    if ((await sink.write({ values, advances }, NEVER)) !== 'written') throw new Error('the sink was stale')
    offset += trades.length
    await sink.close?.()
  }
  const build = (database: string, full = false) =>
    buildLake({ location: { kind: 'folder', path: lake }, store, database: join(folder, database), full }, NEVER)
  const rows = (database: string, query: string) =>
    duckdbRows(`attach '${join(folder, database)}' as made (read_only); use made; ${query}`)
  /** Goes on at an offset, where files of before were put by hand. */
  const skipTo = (next: number): void => {
    offset = next
  }
  return { folder, lake, store, write, skipTo, build, rows }
}

const QUERY = INTERVALS.map(
  interval => `select exchange, instrument, interval, epoch_ms(open_time) as openTime, epoch_ms(close_time) as closeTime,
    open::varchar as open, high::varchar as high, low::varchar as low, close::varchar as close,
    coalesce(volume::varchar, volume_text) as volume, coalesce(quote_volume::varchar, quote_volume_text) as quoteVolume,
    coalesce(taker_buy_volume::varchar, taker_buy_volume_text) as takerBuyVolume,
    coalesce(taker_buy_quote_volume::varchar, taker_buy_quote_volume_text) as takerBuyQuoteVolume,
    trade_count as tradeCount, first_trade_id as firstTradeId, last_trade_id as lastTradeId from candles_${interval}`
).join(' union all ')

/** Every candle of gold, in order. */
export const GOLD = `select * from (${QUERY}) order by all`

const plain = (text: string): string => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text)

const NUMBERS = new Set(['open', 'high', 'low', 'close'])

/** Decimals without the zeros that a column's scale adds. */
export const told = (row: Readonly<Record<string, string | null>>): Told =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const isNumber = NUMBERS.has(name) || /volume/i.test(name)
      return [name, isNumber ? plain(value ?? 'null') : String(value)]
    })
  )

const FIELDS = [
  'exchange',
  'interval',
  'openTime',
  'closeTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'takerBuyVolume',
  'takerBuyQuoteVolume',
  'tradeCount',
  'firstTradeId',
  'lastTradeId'
] as const

/** The product's own finals of windows with trades, the newest revision of each. */
export const finalsOf = (ticks: readonly Tick[], hasChain = true): readonly Told[] => {
  const finals = new Map<string, Told>()
  for (const [symbol, of] of Map.groupBy(hasChain ? ticks.filter(isTrade) : ticks, tick => tick.symbol))
    for (const candle of candlesOf(of, {
      intervals: INTERVALS,
      revisionHorizonMs: HUNDRED_DAYS,
      hasChain: () => hasChain
    }).candles) {
      if (!candle.final || candle.tradeCount === 0) continue
      const fields = Object.fromEntries(FIELDS.map(name => [name, String(candle[name])]))
      finals.set(`${symbol} ${candle.interval} ${candle.openTime}`, { ...fields, instrument: symbol })
    }
  return [...finals.values()]
}

export const keyOf = ({ instrument, interval, openTime }: Told): string => `${instrument} ${interval} ${openTime}`
