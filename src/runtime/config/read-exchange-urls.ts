import type { Config } from './config.ts'
import { parseUrl } from './parse-setting.ts'
import type { SettingsReader } from './settings.ts'

const WS = { allowed: 'ws://… or wss://…', parse: parseUrl('ws', 'wss') }
const REST = { allowed: 'http://… or https://…', parse: parseUrl('http', 'https') }

/** Whose interfaces may be elsewhere; the exchanges say for themselves which of these settings are theirs. */
const EXCHANGES = [
  'BINANCE',
  'BINANCECOINM',
  'BINANCEUSDM',
  'BITSTAMP',
  'BYBIT',
  'COINBASEEXCHANGE',
  'DERIBIT',
  'HYPERLIQUID',
  'KRAKEN',
  'KRAKENFUTURES',
  'OKX'
]

const SETTINGS = EXCHANGES.flatMap(name => [
  { name: `${name}_WS_URL`, ...WS },
  { name: `${name}_REST_URL`, ...REST }
])

export const exchangeUrls = (from: SettingsReader): Config['exchangeUrls'] =>
  Object.fromEntries(
    SETTINGS.flatMap(setting => {
      const url = from.read({ ...setting, fallback: '' })
      return url === '' ? [] : [[setting.name, url]]
    })
  )
