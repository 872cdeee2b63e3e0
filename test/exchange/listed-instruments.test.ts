import { describe, expect, test } from '@jest/globals'
import type { Exchange } from '../../src/exchange/exchange.ts'
import { EXCHANGES, exchangeById } from '../../src/exchange/registry.ts'
import { isInverse } from '../../src/exchange/unified-symbol.ts'
import { describeRecorded, recordedAnswer, recordedLines } from '../support/recorded-venues.ts'

const binanceRow = (symbol: string, more: object = {}) => ({
  symbol,
  status: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.01000000', tickSize: '0.01000000' },
    { filterType: 'LOT_SIZE', stepSize: '0.00001000', minQty: '0.00002000' },
    { filterType: 'MARKET_LOT_SIZE', stepSize: '0.00000000' }
  ],
  ...more
})
const deribitRow = (instrument_name: string, more: object = {}) => ({
  instrument_name,
  kind: 'future',
  is_active: true,
  base_currency: 'BTC',
  quote_currency: 'USDC',
  settlement_currency: 'USDC',
  settlement_period: 'perpetual',
  expiration_timestamp: 32_503_708_800_000,
  tick_size: 0.01,
  min_trade_amount: 0.0001,
  contract_size: 0.0001,
  ...more
})
const HYPERLIQUID = { name: 'kPEPE', szDecimals: 0, isDelisted: null }
const COINBASE = {
  id: 'BTC-USD',
  base_currency: 'BTC',
  quote_currency: 'USD',
  quote_increment: '0.01',
  base_increment: '0.00000001',
  status: 'online'
}
const OKX = { instId: 'BTC-USDT', baseCcy: 'BTC', quoteCcy: 'USDT', tickSz: '0.1', lotSz: '0.00000001', state: 'live' }
const BITSTAMP = { name: 'BTC/USD', url_symbol: 'btcusd', base_decimals: 8, counter_decimals: 2, trading: 'Enabled' }
const KRAKEN = { altname: 'XBTUSD', wsname: 'XBT/USD', tick_size: '0.1', lot_decimals: 8, status: 'online' }
const KRAKEN_FUTURES = {
  symbol: 'PF_XBTUSD',
  type: 'flexible_futures',
  base: 'BTC',
  quote: 'USD',
  tradeable: true,
  tickSize: 0.5,
  contractSize: 1,
  contractValueTradePrecision: 4
}
const bybit = (category: string, row: object) => ({ retCode: 0, result: { category, list: [row, null, 7] } })
const BYBIT = {
  symbol: 'BTCPERP',
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: 'BTC',
  quoteCoin: 'USDC',
  settleCoin: 'USDC',
  priceFilter: { tickSize: '0.10' },
  lotSizeFilter: { qtyStep: '0.001' }
}

/** A whole list of an exchange around one row. */
const WRAP: Readonly<Record<string, (row: object) => unknown>> = {
  binance: row => ({ symbols: [row, null, 7] }),
  binanceusdm: row => ({ symbols: [row] }),
  bitstamp: row => [row, null],
  bybit: row => bybit('linear', row),
  coinbaseexchange: row => [row, null],
  deribit: row => ({ result: [row, null] }),
  hyperliquid: row => ({ universe: [row, null] }),
  kraken: row => ({ error: [], result: { XXBTZUSD: row, odd: null } }),
  krakenfutures: row => ({ result: 'success', instruments: [row, null] }),
  okx: row => ({ code: '0', data: [row, null] })
}
const listed = (id: string, row: object) => exchangeById(id).listing.instruments(WRAP[id]!(row))

describe('the list of an exchange', () => {
  test.each([
    ['binance', binanceRow('BTCUSDT'), 'BTC/USDT', 'BTCUSDT', 'spot', '0.01', '0.00001', null, 'TRADING'],
    [
      'binanceusdm',
      binanceRow('BTCUSDT', { marginAsset: 'USDT', contractType: 'PERPETUAL', status: 'SETTLING' }),
      'BTC/USDT:USDT',
      'BTCUSDT',
      'swap',
      '0.01',
      '0.00001',
      null,
      'SETTLING'
    ],
    [
      'binanceusdm',
      binanceRow('BTCUSDT_261225', { marginAsset: 'USDT', contractType: 'CURRENT_QUARTER' }),
      'BTC/USDT:USDT-261225',
      'BTCUSDT_261225',
      'future',
      '0.01',
      '0.00001',
      null,
      'TRADING'
    ],
    ['bitstamp', BITSTAMP, 'BTC/USD', 'btcusd', 'spot', '0.01', '0.00000001', null, 'Enabled'],
    ['bybit', BYBIT, 'BTC/USDC:USDC', 'BTCPERP', 'swap', '0.1', '0.001', null, 'Trading'],
    ['coinbaseexchange', COINBASE, 'BTC/USD', 'BTC-USD', 'spot', '0.01', '0.00000001', null, 'online'],
    [
      'deribit',
      deribitRow('BTC_USDC-25DEC26', { settlement_period: 'month', expiration_timestamp: 1_798_185_600_000 }),
      'BTC/USDC:USDC-261225',
      'BTC_USDC-25DEC26',
      'future',
      '0.01',
      '0.0001',
      '0.0001',
      'active'
    ],
    [
      'deribit',
      deribitRow('BTC_USDC', { kind: 'spot', is_active: false, tick_size: 1e-8 }),
      'BTC/USDC',
      'BTC_USDC',
      'spot',
      '0.00000001',
      '0.0001',
      null,
      'inactive'
    ],
    ['hyperliquid', HYPERLIQUID, 'kPEPE/USDC:USDC', 'kPEPE', 'swap', '0.000001', '1', null, 'listed'],
    ['kraken', KRAKEN, 'BTC/USD', 'XBTUSD', 'spot', '0.1', '0.00000001', null, 'online'],
    ['krakenfutures', KRAKEN_FUTURES, 'BTC/USD:USD', 'PF_XBTUSD', 'swap', '0.5', '0.0001', '1', 'tradeable'],
    ['okx', OKX, 'BTC/USDT', 'BTC-USDT', 'spot', '0.1', '0.00000001', null, 'live']
  ] as const)('%s tells of %j: %s', (id, row, symbol, native, type, tickSize, lotSize, contractSize, status) => {
    const [base, quote] = symbol.split(/[/:]/)
    expect(listed(id, row)).toMatchObject([
      { symbol, native, base, quote, type, tickSize, lotSize, contractSize, status }
    ])
  })

  test.each([
    ['binance', binanceRow('BTCUSDT'), { minSize: '0.00002' }],
    [
      'binanceusdm',
      binanceRow('TSLAUSDT', {
        baseAsset: 'TSLA',
        marginAsset: 'USDT',
        contractType: 'TRADIFI_PERPETUAL',
        underlyingType: 'EQUITY',
        onboardDate: 1_769_000_000_000,
        deliveryDate: 4_133_404_800_000
      }),
      { contractType: 'TRADIFI_PERPETUAL', assetClass: 'EQUITY', minSize: '0.00002', listedAt: 1_769_000_000_000 }
    ],
    [
      'binanceusdm',
      binanceRow('BTCUSDT', { marginAsset: 'USDT', deliveryDate: 1_798_185_600_000 }),
      { minSize: '0.00002', expiresAt: 1_798_185_600_000 }
    ],
    [
      'bybit',
      {
        ...BYBIT,
        symbolType: 'commodity',
        launchTime: '1758175736000',
        deliveryTime: '0',
        lotSizeFilter: { qtyStep: '0.001', minOrderQty: '0.010' }
      },
      { contractType: 'LinearPerpetual', assetClass: 'commodity', minSize: '0.01', listedAt: 1_758_175_736_000 }
    ],
    ['coinbaseexchange', { ...COINBASE, base_min_size: '0.001' }, { minSize: '0.001' }],
    [
      'deribit',
      deribitRow('BTC_USDC-PERPETUAL', { future_type: 'linear', creation_timestamp: 1_651_149_400_000 }),
      { contractType: 'linear', minSize: '0.0001', listedAt: 1_651_149_400_000 }
    ],
    [
      'kraken',
      { ...KRAKEN, ordermin: '0.00005', aclass_base: 'currency' },
      { assetClass: 'currency', minSize: '0.00005' }
    ],
    [
      'krakenfutures',
      { ...KRAKEN_FUTURES, openingDate: '2022-03-22T13:18:45Z' },
      { contractType: 'flexible_futures', listedAt: Date.UTC(2022, 2, 22, 13, 18, 45) }
    ],
    [
      'okx',
      { ...OKX, minSz: '0.00001', listTime: '1733454000000', expTime: '1796054400000' },
      { minSize: '0.00001', listedAt: 1_733_454_000_000, expiresAt: 1_796_054_400_000 }
    ],
    ['okx', { ...OKX, listTime: '', expTime: '' }, {}],
    ['bitstamp', { ...BITSTAMP, minimum_order: '20.0 USD' }, {}],
    ['hyperliquid', HYPERLIQUID, {}]
  ])('%s tells of %j what it has to say, and of nothing else: %j', (id, row, said) => {
    const silent = { contractType: null, assetClass: null, minSize: null, listedAt: null, expiresAt: null }
    expect(listed(id, row)).toMatchObject([{ ...silent, ...said }])
  })

  test.each(['binance', 'kraken'])('of %s is asked for whole where an address would not hold the names', id => {
    const { request } = exchangeById(id).listing
    const many = Array.from({ length: 101 }, (_, n) => ({ exchange: id, symbol: `C${n}/USD` }))
    expect(request(many)).toEqual(request(null))
    expect(request(many.slice(1))).not.toEqual(request(null))
  })

  test('of Bybit spot has its steps in other fields', () => {
    const row = {
      symbol: 'BTCUSDT',
      baseCoin: 'BTC',
      quoteCoin: 'USDT',
      status: 'Trading',
      lotSizeFilter: { basePrecision: '0.000001' },
      priceFilter: { tickSize: '0.1' }
    }
    expect(exchangeById('bybit').listing.instruments(bybit('spot', row))).toMatchObject([
      { symbol: 'BTC/USDT', type: 'spot', tickSize: '0.1', lotSize: '0.000001' }
    ])
  })

  test('knows names beyond ASCII', () => {
    const row = binanceRow('币安人生USDT', { baseAsset: '币安人生' })
    expect(listed('binance', row)).toMatchObject([{ symbol: '币安人生/USDT', native: '币安人生USDT' }])
  })

  test.each([
    ['an option', 'deribit', deribitRow('BTC_USDC', { kind: 'option' })],
    ['a dated contract', 'bybit', { ...BYBIT, symbol: 'BTCUSDT-14AUG26', contractType: 'LinearFutures' }],
    [
      'a contract that ends',
      'krakenfutures',
      { ...KRAKEN_FUTURES, symbol: 'FF_XBTUSD_261225', lastTradingTime: '2026-12-25T08:00:00.000Z' }
    ],
    ['a pair without a name for the socket', 'kraken', { ...KRAKEN, wsname: undefined }],
    ['a name that is no text', 'okx', { ...OKX, instId: 7 }],
    ['a base that no symbol can have', 'okx', { ...OKX, instId: 'B C-USDT', baseCcy: 'B C' }]
  ])('leaves out what cannot be followed: %s', (_, id, row) => {
    expect(listed(id, row)).toEqual([])
  })

  test.each([
    ['binance', binanceRow('BTCUSDT', { filters: 'none', status: 7 })],
    ['okx', { ...OKX, tickSz: '', lotSz: '0', state: { odd: true } }],
    ['kraken', { ...KRAKEN, tick_size: 'x', lot_decimals: 99, status: '' }]
  ])('of %s says nothing of what cannot be read', (id, row) => {
    expect(listed(id, row)).toMatchObject([{ tickSize: null, lotSize: null, status: null }])
  })

  test.each(EXCHANGES.map(exchange => [exchange.id, exchange] as const))('of %s is none: a refusal', (_, exchange) => {
    for (const body of ['<html>', { code: 1 }, null])
      expect(() => exchange.listing.instruments(body)).toThrow(expect.objectContaining({ code: 'TS-DATA' }))
  })
})

describeRecorded('lists as they were recorded', () => {
  const symbolsOf = (id: string, body: unknown) => {
    const { listing }: Exchange = exchangeById(id)
    const all = listing.instruments(body)
    const states = listing.decode(
      body,
      all.map(({ symbol }) => ({ exchange: id, symbol }))
    )
    expect(states).toEqual(all.map(({ status }) => status))
    // Lots of what is settled in its base are of the quote currency.
    expect(all.filter(of => of.tickSize === null || (of.lotSize === null) !== isInverse(of))).toEqual([])
    return all
  }

  test('are read: Kraken, tokenized assets too, and OKX', () => {
    expect(symbolsOf('kraken', recordedAnswer('kraken/rest_assetpairs_20260707.json'))).toHaveLength(5)
    const tokenized = symbolsOf('kraken', recordedAnswer('kraken/format/http_asset_pairs_tokenized.json'))
    expect(tokenized[0]).toMatchObject({
      symbol: 'AAPLx/USD',
      assetClass: 'tokenized_asset',
      tickSize: '0.01',
      minSize: '0.00000001',
      expiresAt: null
    })
    const [btc] = symbolsOf('okx', recordedAnswer('okx/format/http_get_instruments_spot.json'))
    expect(btc).toMatchObject({
      symbol: 'BTC/USD',
      lotSize: '0.00000001',
      minSize: '0.00001',
      listedAt: 1_733_454_000_000,
      expiresAt: null
    })
  })

  test('of Kraken Futures hold linear and inverse contracts, lots of thousands among them', () => {
    const listed = symbolsOf('krakenfutures', recordedAnswer('kraken/format/http_futures_instruments.json'))
    expect(listed.map(({ symbol, lotSize, listedAt }) => [symbol, lotSize, new Date(listedAt!).toISOString()])).toEqual(
      [
        ['BTC/USD:BTC', null, '2018-08-31T00:00:00.000Z'],
        ['ETH/USD:USD', '0.001', '2022-03-22T13:18:45.000Z'],
        ['PEPE/USD:USD', '1000', '2023-05-25T10:52:25.000Z'],
        ['AAPLx/USD:USD', '0.01', '2025-07-01T00:00:00.000Z']
      ]
    )
  })

  test('of Bybit hold every perpetual and every pair', () => {
    const lists = recordedLines('bybit/ws_rest_20260809_first_half.jsonl.gz')
      .map(line => JSON.parse(line))
      .filter(({ t }) => t === 'http')
      .map(({ data }) => symbolsOf('bybit', JSON.parse(data)))
    expect(lists.map(list => list.length)).toEqual([760, 557])
    const all = lists.flat()
    expect(all.filter(({ minSize }) => minSize === null)).toEqual([])
    const classOf = (name: string) => all.find(({ symbol }) => symbol === name)?.assetClass
    expect(['XAU/USDT:USDT', 'TSLA/USDT:USDT', 'AAPLX/USDT', 'BTC/USDT'].map(classOf)).toEqual([
      'commodity',
      'stock',
      'xstocks',
      null
    ])
  })

  test('of Deribit hold contracts that are settled in their quote currency or their base, and no options', () => {
    const symbols = recordedLines('deribit/ws_rest_first_half.jsonl.gz')
      .map(line => JSON.parse(line))
      .filter(({ t }) => t === 'http')
      .flatMap(({ data }) => symbolsOf('deribit', JSON.parse(data)))
    const linear = symbols.filter(of => !isInverse(of))
    expect(linear[0]).toMatchObject({ type: 'swap', contractSize: '1', contractType: 'linear', expiresAt: null })
    expect(symbols.filter(isInverse)).toContainEqual(
      expect.objectContaining({ symbol: 'SOL/USD:SOL', type: 'swap', contractSize: '10' })
    )
    expect(symbols.filter(({ listedAt }) => listedAt === null)).toEqual([])
    expect(new Set(symbols.map(({ quote }) => quote))).toEqual(new Set(['USD', 'USDC']))
  })
})
