import { afterEach, describe, expect, test } from '@jest/globals'
import type { InstrumentFacts } from '../../src/market/records/feed/instrument-facts.ts'
import { epochMs } from '../../src/market/time.ts'
import * as schema from '../../src/serve/http/api/schemas.ts'
import { instruments, listings } from '../../src/topics.ts'
import { closeGateways, filledGateway, get } from '../support/ask-gateway.ts'

afterEach(closeGateways)

const CHECKED = epochMs(1_723_161_700_000)
const COIN = { exchange: 'binanceusdm', symbol: '币安人生/USDT:USDT' }

const facts = (more: Partial<InstrumentFacts> = {}): InstrumentFacts => ({
  exchange: 'binance',
  symbol: 'BTC/USDT',
  native: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  type: 'spot',
  contractType: null,
  assetClass: null,
  tickSize: '0.01',
  lotSize: '0.00001',
  minSize: '0.00002',
  contractSize: null,
  status: 'TRADING',
  listedAt: null,
  expiresAt: null,
  sessions: null,
  delisted: false,
  checkedAt: CHECKED,
  ...more
})

const ofCoin = facts({
  ...COIN,
  native: '币安人生USDT',
  base: '币安人生',
  type: 'swap',
  contractType: 'TRADIFI_PERPETUAL',
  assetClass: 'EQUITY',
  sessions: [{ from: epochMs(1_723_100_000_000), to: epochMs(1_723_200_000_000), type: 'REGULAR' }]
})

/** A gateway that has read what lists told of BTC/USDT, and of another that nothing is heard of. */
const openTold = async () => {
  const made = await filledGateway()
  made.give(listings, { exchange: 'binance', symbol: 'BTC/USDT', status: 'TRADING', checkedAt: CHECKED })
  made.give(listings, { ...COIN, status: 'SETTLING', checkedAt: CHECKED })
  made.give(instruments, facts(), ofCoin)
  return made
}

const listed = async (query: string): Promise<readonly string[]> => {
  const body = JSON.parse((await get(await openTold(), `/api/v1/instruments${query}`)).text)
  expect(schema.instruments.safeParse(body).error).toBeUndefined()
  return body.instruments.map(({ symbol }: { symbol: string }) => symbol)
}

describe('instruments', () => {
  test('are told with what the list of their exchange told of them', async () => {
    const body = JSON.parse((await get(await openTold(), '/api/v1/instruments')).text)
    expect(body.instruments).toEqual([expect.objectContaining({ symbol: 'BTC/USDT', facts: facts() })])
  })

  test.each([
    ['', ['BTC/USDT']],
    ['?all=true', ['BTC/USDT', COIN.symbol]],
    ['?all=true&exchange=binance', ['BTC/USDT']],
    ['?all=true&quote=USDT', ['BTC/USDT', COIN.symbol]],
    ['?all=true&quote=USDC', []],
    [`?all=true&base=${encodeURIComponent('币安人生')}`, [COIN.symbol]],
    [`?all=true&symbol=${encodeURIComponent(COIN.symbol)}`, [COIN.symbol]],
    ['?all=true&status=SETTLING', [COIN.symbol]],
    ['?status=TRADING', ['BTC/USDT']]
  ])('of %s are %j', async (query, symbols) => {
    expect(await listed(query)).toEqual(symbols)
  })

  test('that ingest has not looked for since hours are none of them, unless they are expected', async () => {
    const made = await openTold()
    made.give(instruments, { ...ofCoin, checkedAt: epochMs(CHECKED - 3 * 3_600_000) })
    const body = JSON.parse((await get(made, '/api/v1/instruments?all=true')).text)
    expect(body.instruments).toHaveLength(1)
  })

  test('are refused by an unknown filter, which is named', async () => {
    const { code, text } = await get(await openTold(), '/api/v1/instruments?state=TRADING')
    expect([code, JSON.parse(text).errors[0].field]).toEqual([400, 'state'])
  })

  test.each(['binance:BTC/USDT', `${COIN.exchange}:${COIN.symbol}`])('are told one by one: %s', async key => {
    const { code, text } = await get(await openTold(), `/api/v1/instruments/${encodeURIComponent(key)}`)
    const body = JSON.parse(text)
    expect(code).toBe(200)
    expect(schema.instrument.safeParse(body).error).toBeUndefined()
    expect(`${body.instrument.facts.exchange}:${body.instrument.facts.symbol}`).toBe(key)
  })

  test('that are unknown are a problem that names the nearest', async () => {
    const { code, text } = await get(await openTold(), '/api/v1/instruments/binance:BTC%2FUSDC')
    expect([code, JSON.parse(text).detail]).toEqual([
      404,
      'binance:BTC/USDC is not served; nearest is binance:BTC/USDT'
    ])
    const odd = await get(await openTold(), '/api/v1/instruments/nothing')
    expect([odd.code, JSON.parse(odd.text).errors[0].field]).toEqual([400, 'instrument'])
  })
})

test('clients of Binance and TradingView are told the steps of prices and quantities', async () => {
  const made = await openTold()
  made.give(instruments, facts({ tickSize: '0.0001' }))
  const [symbol] = JSON.parse((await get(made, '/api/v3/exchangeInfo')).text).symbols
  expect(symbol.filters).toEqual([
    { filterType: 'PRICE_FILTER', tickSize: '0.0001' },
    { filterType: 'LOT_SIZE', stepSize: '0.00001', minQty: '0.00002' }
  ])
  const info = JSON.parse((await get(made, '/udf/symbols?symbol=binance:BTC/USDT')).text)
  expect(info.pricescale).toBe(10_000)
})
