import type { SizedInstrument } from '../../src/market/records/feed/contract-size.ts'

/** A message of an exchange's socket. */
export type Message = Readonly<Record<string, unknown>>

/** The messages by which an exchange tells of trades of one instrument, in the fields and digits that were recorded of it. */
export type TradeFrames = {
  readonly exchange: string
  readonly symbol: string
  /** What a contract holds, where the exchange counts contracts. */
  readonly contractSize?: string
  /** A message of one trade: its number by the chain, or else a number that its id has; when it was printed; its price in whole units. */
  readonly trade: (n: number, time: number, price: number) => Message
  /** Where the price stands. */
  readonly price: string
  /** The fields that say of what kind a message is. */
  readonly kinds: readonly string[]
}

export const instrumentIn = ({ exchange, symbol, contractSize }: TradeFrames): SizedInstrument => ({
  exchange,
  symbol,
  ...(contractSize !== undefined && { contractSize })
})

/** `2026-07-07T22:58:17.164892Z` */
const micros = (time: number): string => new Date(time).toISOString().replace('Z', '892Z')

const spot = (exchange: string): TradeFrames => ({
  exchange,
  symbol: 'BTC/USDT',
  trade: (n, time, price) => ({
    stream: 'btcusdt@trade',
    data: {
      ...{ e: 'trade', E: time + 1, s: 'BTCUSDT', t: n, p: `${price}.00000000`, q: '0.00100000', T: time },
      ...{ m: true, M: true }
    }
  }),
  price: 'data.p',
  kinds: ['stream', 'data.e']
})

/** One for each exchange that is followed; a test says when one is missing. */
export const TRADE_FRAMES: readonly TradeFrames[] = [
  spot('binance'),
  {
    exchange: 'binancecoinm',
    symbol: 'BTC/USD:BTC',
    contractSize: '100',
    trade: (n, time, price) => ({
      stream: 'btcusd_perp@aggTrade',
      data: {
        ...{ e: 'aggTrade', E: time + 1, a: n, s: 'BTCUSD_PERP', p: `${price}.5`, q: '2' },
        ...{ f: 606_073 + n, l: 606_074 + n, T: time, m: false }
      }
    }),
    price: 'data.p',
    kinds: ['stream', 'data.e']
  },
  {
    exchange: 'binanceusdm',
    symbol: 'BTC/USDT:USDT',
    trade: (n, time, price) => ({
      stream: 'btcusdt@aggTrade',
      data: {
        ...{ e: 'aggTrade', E: time + 1, a: n, s: 'BTCUSDT', p: `${price}.20`, q: '0.031', nq: '0.031' },
        ...{ f: 8_012_229_753 + n, l: 8_012_229_757 + n, T: time, m: true, st: 1 }
      }
    }),
    price: 'data.p',
    kinds: ['stream', 'data.e']
  },
  {
    exchange: 'bitstamp',
    symbol: 'BTC/USD',
    trade: (n, time, price) => ({
      data: {
        ...{ id: n, timestamp: String(Math.floor(time / 1_000)), amount: 0.015, amount_str: '0.01500000' },
        ...{ price, price_str: `${price}.00`, type: 1, microtimestamp: `${time}456` },
        ...{ buy_order_id: 1_687_000_000_000_001, sell_order_id: 1_687_000_000_000_002 }
      },
      channel: 'live_trades_btcusd',
      event: 'trade'
    }),
    price: 'data.price_str',
    kinds: ['event', 'channel']
  },
  {
    exchange: 'bybit',
    symbol: 'BTC/USDT:USDT',
    trade: (n, time, price) => ({
      topic: 'publicTrade.BTCUSDT',
      type: 'snapshot',
      ts: time + 1,
      data: [
        {
          ...{ T: time, s: 'BTCUSDT', S: 'Sell', v: '0.004', p: `${price}.20`, L: 'MinusTick' },
          ...{ i: `a9188a0a-82bc-50de-be60-${String(n).padStart(12, '0')}`, BT: false, RPI: false },
          seq: 753_843_954_913
        }
      ]
    }),
    price: 'data.0.p',
    kinds: ['topic']
  },
  {
    exchange: 'coinbaseexchange',
    symbol: 'BTC/USD',
    trade: (n, time, price) => ({
      ...{ type: 'match', trade_id: n, maker_order_id: '15bc13f2-e38c-4693-8c0b-e8c6152b9c1d' },
      ...{ taker_order_id: '13d7d08f-7396-421b-9dba-94eac92f3d78', side: 'sell', size: '0.2', price: `${price}.60` },
      ...{ product_id: 'BTC-USD', sequence: 132_235_026_010, time: micros(time) }
    }),
    price: 'price',
    kinds: ['type']
  },
  {
    exchange: 'deribit',
    symbol: 'BTC/USDC:USDC',
    trade: (n, time, price) => ({
      jsonrpc: '2.0',
      method: 'subscription',
      params: {
        channel: 'trades.BTC_USDC-PERPETUAL.100ms',
        data: [
          {
            ...{ timestamp: time, price: price + 0.5, amount: 0.012, direction: 'sell', index_price: 92276.75 },
            ...{ instrument_name: 'BTC_USDC-PERPETUAL', trade_seq: n, mark_price: 92287.11, tick_direction: 2 },
            ...{ contracts: 12, trade_id: `USDC-${403_691_824 + n}` }
          }
        ]
      }
    }),
    price: 'params.data.0.price',
    kinds: ['method', 'params.channel']
  },
  {
    exchange: 'hyperliquid',
    symbol: 'BTC/USDC:USDC',
    trade: (n, time, price) => ({
      channel: 'trades',
      data: [
        {
          ...{ coin: 'BTC', hash: '0x84f7cbe3596546489dac041c922b5b01650050179ee3058030bca59dd434d1d5' },
          ...{ px: `${price}.0`, side: 'B', sz: '0.01853', tid: 754_186_699_000_000 + n, time },
          users: ['0x592c6f1df3cd8b8f39408c807b5227fa4837c4c7', '0x6802b4267f7f2bf7003dcf993c51542245b38329']
        }
      ]
    }),
    price: 'data.0.px',
    kinds: ['channel']
  },
  {
    exchange: 'kraken',
    symbol: 'BTC/USD',
    trade: (n, time, price) => ({
      channel: 'trade',
      type: 'update',
      data: [
        {
          ...{ symbol: 'BTC/USD', side: 'sell', price: price + 0.6, qty: 0.0292227, ord_type: 'limit' },
          ...{ trade_id: n, timestamp: micros(time) }
        }
      ]
    }),
    price: 'data.0.price',
    kinds: ['channel']
  },
  {
    exchange: 'krakenfutures',
    symbol: 'BTC/USD:USD',
    trade: (n, time, price) => ({
      ...{ feed: 'trade', product_id: 'PF_XBTUSD', uid: `05af78ac-a774-478c-a50c-${String(n).padStart(12, '0')}` },
      ...{ side: 'sell', type: 'fill', seq: n, time, qty: 0.0113, price }
    }),
    price: 'price',
    kinds: ['feed']
  },
  {
    exchange: 'okx',
    symbol: 'BTC/USDT',
    trade: (n, time, price) => ({
      arg: { channel: 'trades-all', instId: 'BTC-USDT' },
      data: [
        {
          ...{ instId: 'BTC-USDT', tradeId: String(n), px: `${price}.9`, sz: '0.12060306', side: 'buy' },
          ...{ source: '0', ts: String(time) }
        }
      ]
    }),
    price: 'data.0.px',
    kinds: ['arg.channel']
  }
]
