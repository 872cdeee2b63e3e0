import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'
import { epochMs } from '../../src/market/time.ts'

/** Recorded frames of Binance spot, 2024-08-08 23:54:14 to 2024-08-09 00:00:01 UTC (nkaz001/hftbacktest, MIT), where they are at hand. */
const FOLDER = resolve('../shared/data/binance')

export const RECORDED = existsSync(FOLDER)

/** What was recorded of a symbol in the order it came, without the local times. */
const recordedTexts = (native: string): readonly string[] =>
  gunzipSync(readFileSync(`${FOLDER}/spot_${native}_20240808.gz`))
    .toString('utf8')
    .trim()
    .split('\n')
    .map(line => line.slice(line.indexOf(' ') + 1))

/** The raw combined-stream frames of a symbol, in the order they came. */
export const recordedFrames = (native: string): readonly string[] =>
  recordedTexts(native).filter(text => text.includes('"stream"'))

const binance = createBinance('binance')
const RECEIVED_AT = epochMs(1_723_161_700_000)

/** Trades of the recording, as ingest would publish them. */
export const recordedTrades = (native: string, symbol: string): readonly Trade[] => {
  const streams = new Map([[`${native}@trade`, { exchange: 'binance', symbol }]])
  return recordedFrames(native)
    .filter(text => text.includes('@trade'))
    .flatMap(text => {
      const [frame] = binance.decode(text, streams, RECEIVED_AT)
      return frame?.kind === 'trade' ? [frame.trade] : []
    })
}

type Snapshot = {
  readonly lastUpdateId: number
  readonly bids: readonly (readonly [string, string])[]
  readonly asks: readonly (readonly [string, string])[]
}

/** The snapshot of a symbol's order book that was taken while its changes were recorded. */
export const recordedSnapshot = (native: string): Snapshot =>
  JSON.parse(recordedTexts(native).find(text => !text.includes('"stream"')) ?? 'null')

export type Kline = {
  readonly openTime: number
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
}

/** The exchange's own 1m klines of those minutes. */
export const recordedKlines = (native: string): readonly Kline[] => {
  const [header = '', ...rows] = readFileSync(`${FOLDER}/spot_${native}_20240808_klines_1m.csv`, 'utf8')
    .trim()
    .split(/\r?\n/)
  const names = header.split(',')
  return rows.map(row => {
    const cells = row.split(',')
    const cell = (name: string): string => cells[names.indexOf(name)] ?? ''
    return {
      openTime: Number(cell('open_time_ms')),
      open: cell('open'),
      high: cell('high'),
      low: cell('low'),
      close: cell('close'),
      volume: cell('volume')
    }
  })
}
