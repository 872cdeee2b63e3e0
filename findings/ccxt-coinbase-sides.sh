#!/usr/bin/env bash
# Coinbase names the maker's side in its trades. ccxt 4.5.84 turns it into the taker's in `coinbaseexchange` and passes it on as it is in
# `coinbase` (Advanced Trade): one print, with the same trade id on both feeds, is a "sell" by one class and a "buy" by the other, in the
# stream and over REST. And `coinbase` files a trade of BTC-USD under BTC/USD and under BTC/USDC, so that a sum over symbols counts it twice.
# Frames as Coinbase documents them, nothing asked of a network.
set -euo pipefail
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ccxt@4.5.84
cat >sides.mjs <<'JS'
import ccxt from 'ccxt'
const market = { id: 'BTC-USD', symbol: 'BTC/USD', base: 'BTC', quote: 'USD', type: 'spot', spot: true, active: true, precision: {}, limits: {} }
const print = { trade_id: 865127782, product_id: 'BTC-USD', price: '61000.1', size: '0.01', time: '2026-07-07T10:00:00.123456Z' }
const streamed = (exchange, message) => {
  const found = []
  exchange.setMarkets([market])
  exchange.handleTrade({ resolve: (trades, hash) => found.push(`${hash.split(':').at(-1)} ${trades[0].side}`) }, message)
  return found.join(', ')
}
const match = { type: 'match', sequence: 1, maker_order_id: 'm', taker_order_id: 't', ...print, side: 'buy' }
const advanced = { ...print, trade_id: String(print.trade_id), side: 'BUY' }
const channel = { channel: 'market_trades', sequence_num: 0, timestamp: print.time, events: [{ type: 'update', trades: [advanced] }] }
console.log('coinbaseexchange, stream:', streamed(new ccxt.pro.coinbaseexchange(), match))
console.log('coinbaseexchange, REST:', new ccxt.coinbaseexchange().parseTrade({ ...print, side: 'buy' }).side)
console.log('coinbase, stream:', streamed(new ccxt.pro.coinbase(), channel))
console.log('coinbase, REST:', new ccxt.coinbase().parseTrade(advanced).side)
JS
seen=$(node sides.mjs)
due='coinbaseexchange, stream: BTC-USD sell
coinbaseexchange, REST: sell
coinbase, stream: BTC/USD buy, BTC/USDC buy
coinbase, REST: buy'
echo "$seen"
[[ $seen == "$due" ]] || { echo "CHANGED; stated was:"; echo "$due"; exit 1; }
