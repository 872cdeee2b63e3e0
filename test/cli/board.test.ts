import { describe, expect, test } from '@jest/globals'
import { exchangeById } from '../../src/exchange/registry.ts'
import { INTERVALS } from '../../src/market/interval.ts'
import type { Candle } from '../../src/market/records/derived/candle.ts'
import type { Gap } from '../../src/market/records/feed/gap.ts'
import { epochMs } from '../../src/market/time.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { chooseMarket } from '../../src/up/choose-market.ts'
import { boardIntervals, createBoard } from '../../src/up/screen/board.ts'
import { drawBoard, statusLine } from '../../src/up/screen/draw-board.ts'

const OPEN = 1_723_161_600_000

const candle = (change: Partial<Candle>): Candle => ({
  exchange: 'sim',
  symbol: 'BTC/USDT',
  interval: '1s',
  openTime: epochMs(OPEN),
  closeTime: epochMs(OPEN + 1_000),
  open: '60000',
  high: '60600',
  low: '59900',
  close: '60300',
  volume: '1.5',
  quoteVolume: '90000',
  tradeCount: 20,
  takerBuyVolume: '1',
  takerBuyQuoteVolume: '60000',
  firstTradeId: '1',
  lastTradeId: '20',
  revision: 0,
  final: true,
  status: 'traded',
  ...change
})

const gap = (fromId: string, status: Gap['status']): Gap => ({
  exchange: 'sim',
  symbol: 'BTC/USDT',
  fromId,
  toId: fromId,
  count: 1,
  detectedAt: epochMs(OPEN),
  status,
  cause: 'disconnect',
  closedAt: null
})

const around = { simulated: true, stages: ['ingest ✓'], footer: ['Ctrl-C'], columns: 140 }

describe('the live view', () => {
  test('a row shows price, change of the day, rate, lag and holes', () => {
    const board = createBoard(['sim:BTC/USDT'], INTERVALS)
    board.updateCandle(candle({ interval: '1d', open: '60000' }), OPEN)
    board.updateCandle(candle({ interval: '1m', final: false }), OPEN)
    board.updateCandle(candle({}), OPEN + 1_250)
    board.updateGap('a', gap('1', 'open'))
    board.updateGap('a', gap('1', 'filled'))
    board.updateGap('b', gap('9', 'open'))
    const row = drawBoard(board.rows(OPEN + 1_500), around)[2]!.split(/\s{2,}/)
    expect(row.slice(0, 6)).toEqual(['sim:BTC/USDT', '60300', '+0.50 %', '20.0', '0.3 s', '1 open 1 filled'])
  })

  test('the rate is that of the last ten seconds', () => {
    const board = createBoard(['sim:BTC/USDT'], INTERVALS)
    for (let second = 0; second < 20; second++)
      board.updateCandle(candle({ tradeCount: second < 10 ? 1_000 : 5 }), OPEN)
    expect(board.rows(OPEN + 1_500)[0]!.tradesPerSecond).toBe(5)
  })

  test('what stands still grows old, and has no rate any more', () => {
    const board = createBoard(['sim:BTC/USDT'], INTERVALS)
    board.updateCandle(candle({}), OPEN + 1_250)
    expect(board.rows(OPEN + 4_000)[0]).toMatchObject({ lagMs: 250, tradesPerSecond: 20 })
    expect(board.rows(OPEN + 46_000)[0]).toMatchObject({ lagMs: 45_000, tradesPerSecond: null })
  })

  test('a revision of an older window does not replace the newest price', () => {
    const board = createBoard(['sim:BTC/USDT'], INTERVALS)
    board.updateCandle(candle({ interval: '1m' }), OPEN)
    board.updateCandle(candle({ interval: '1m', openTime: epochMs(OPEN - 60_000), close: '1', revision: 1 }), OPEN)
    expect(board.rows(OPEN + 1_500)[0]!.candle!.close).toBe('60300')
  })

  test('a simulated market says so, and no line is wider than the terminal', () => {
    const board = createBoard(['sim:BTC/USDT', 'sim:ETH/USDT'], INTERVALS)
    const lines = drawBoard(board.rows(OPEN + 1_500), { ...around, columns: 60 })
    expect(lines[0]).toContain('SIMULATED')
    expect(lines.filter(line => line.length >= 60)).toEqual([])
  })

  test('without a terminal there is one line for everything', () => {
    const board = createBoard(['sim:BTC/USDT'], INTERVALS)
    board.updateCandle(candle({ interval: '1m' }), OPEN)
    expect(statusLine(board.rows(OPEN + 1_500), ['aggregate ✓ 3 behind'])).toBe(
      'sim:BTC/USDT 60300 (lag ·, no gaps) · aggregate ✓ 3 behind'
    )
  })

  test('only the intervals that it needs are read', () => {
    expect(boardIntervals(INTERVALS)).toEqual(['1s', '1m', '1d'])
    expect(boardIntervals(['5m', '1h'])).toEqual(['5m'])
  })
})

describe('where trades come from', () => {
  const reached = async (): Promise<null> => null
  const cut = async (): Promise<string> => 'no route'
  const usual = readConfig({})
  const exchanges = [exchangeById('binance')]
  const given = readConfig({ BINANCE_WS_URL: 'ws://127.0.0.1:1', BINANCE_REST_URL: 'http://127.0.0.1:1' })

  test.each([
    ['auto', usual, reached, 'exchange', null],
    ['auto', usual, cut, 'simulated', 'no route'],
    ['auto', given, cut, 'exchange', null],
    ['binance', usual, cut, 'exchange', null],
    ['simulated', given, reached, 'simulated', null]
  ] as const)('--source %s takes the right market (%#)', async (source, config, reach, kind, why) => {
    expect(await chooseMarket(source, exchanges, config, reach)).toEqual({ kind, why })
  })

  test('each exchange is asked at its own base, unless that was set', async () => {
    const rest = { base: 'https://second.example', setting: 'SECOND_REST_URL' }
    const binance = exchangeById('binance')
    const second = { ...binance, id: 'second', urls: { ws: { base: '', setting: 'SECOND_WS_URL' }, rest } }
    const asked: string[] = []
    const refusing = async (_: unknown, base: string): Promise<string> => {
      asked.push(base)
      return `${base} is cut off`
    }
    expect(await chooseMarket('auto', [binance, second], given, refusing)).toEqual({
      kind: 'simulated',
      why: 'https://second.example is cut off'
    })
    expect(asked).toEqual(['https://second.example'])
  })
})
