import { resolve } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { type Instrument, parseInstrument } from '../../market/instrument.ts'
import { INTERVALS, type Interval, isInterval, MINUTES_AND_UP } from '../../market/interval.ts'
import { parsePair } from '../../market/pair.ts'
import type { Config, KafkaConfig } from './config.ts'
import type { Environment } from './environment.ts'
import {
  anyText,
  parseBroker,
  parseDuration,
  parseFlag,
  parseList,
  parseOneOf,
  parsePort,
  parseSwitch,
  wrongEntries
} from './parse-setting.ts'
import { parsePostgresUrl, SESSION_ATTRS } from './postgres-url.ts'
import { exchangeUrls } from './read-exchange-urls.ts'
import { lake, lakeEveryMs, s3 } from './read-lake.ts'
import { alertWebhook, gateway, influx, retention } from './read-outlets.ts'
import { topicSettings } from './read-topic-settings.ts'
import { readSettings, type SettingsReader } from './settings.ts'
import { isInstrument, isPattern, parseSymbolEntry, type SymbolPattern } from './symbol-pattern.ts'

const DEFAULT_SYMBOLS = ['BTC', 'ETH', 'BNB', 'SOL'].map(base => parseInstrument(`binance:${base}/USDT`))
const DEFAULT_PAIRS = [parsePair('binance:BTC/USDT~binance:ETH/USDT')]
const PAIR_WINDOW = { least: 20, most: 5_000, usual: 240 }
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const CODECS = ['zstd', 'gzip', 'none'] as const
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
const POSTGRES_FORM = `postgres://user:password@host:port/database, or several host:port with commas between; ?target_session_attrs= is ${SESSION_ATTRS.join(', ')}`

/** Settings from variables. Throws one `TS-CONFIG` that lists everything wrong with them. */
export const readConfig = (env: Environment): Config => {
  const from = readSettings(env)
  const config: Config = {
    kafka: kafka(from),
    ...market(from),
    ...pairs(from),
    ...timing(from),
    ...machine(from),
    retention: retention(from),
    topics: topicSettings(from),
    influx: influx(from),
    gateway: gateway(from),
    lake: lake(from),
    lakeEveryMs: lakeEveryMs(from),
    s3: s3(from),
    alertWebhook: alertWebhook(from)
  }
  if (from.problems.length > 0)
    throw new TickstreamError(
      'TS-CONFIG',
      `settings that cannot be used:\n${from.problems.map(p => `  ${p}`).join('\n')}`
    )
  return config
}

const kafka = (from: SettingsReader): KafkaConfig => ({
  brokers: from.read({
    name: 'KAFKA_BROKERS',
    fallback: [],
    allowed: 'host:port, or several of them with commas between',
    parse: parseList(parseBroker)
  }),
  compression: from.read<KafkaConfig['compression']>({
    name: 'KAFKA_COMPRESSION',
    fallback: 'zstd',
    allowed: CODECS.join(', '),
    parse: parseOneOf(CODECS)
  }),
  ssl: from.read({ name: 'KAFKA_SSL', fallback: false, allowed: 'true or false', parse: parseFlag }),
  sasl: sasl(from)
})

const sasl = (from: SettingsReader): KafkaConfig['sasl'] => {
  const mechanism = from.read<(typeof MECHANISMS)[number] | null>({
    name: 'KAFKA_SASL_MECHANISM',
    fallback: null,
    allowed: MECHANISMS.join(', '),
    parse: parseOneOf(MECHANISMS)
  })
  const username = from.read({ name: 'KAFKA_SASL_USERNAME', fallback: '', allowed: 'a name', parse: anyText })
  const password = from.read({
    name: 'KAFKA_SASL_PASSWORD',
    fallback: '',
    allowed: 'a password',
    parse: anyText,
    secret: true
  })
  if (!mechanism) return null
  if (!username) from.complain('KAFKA_SASL_USERNAME: not set, but KAFKA_SASL_MECHANISM is; set it to a name')
  if (!password)
    from.complain('KAFKA_SASL_PASSWORD: not set, but KAFKA_SASL_MECHANISM is; set it, or KAFKA_SASL_PASSWORD_FILE')
  return { mechanism, username, password }
}

const symbols = (from: SettingsReader): Pick<Config, 'symbols' | 'symbolPatterns'> => {
  const entries = from.read<readonly (Instrument | SymbolPattern)[]>({
    name: 'SYMBOLS',
    fallback: DEFAULT_SYMBOLS,
    allowed:
      'exchange:BASE/QUOTE, the exchange in lower case, with commas between; exchange:*/QUOTE, exchange:BASE/* or top:50@exchange for what it lists',
    parse: parseList(parseSymbolEntry),
    wrongPart: wrongEntries(parseSymbolEntry)
  })
  return { symbols: entries.filter(isInstrument), symbolPatterns: entries.filter(isPattern) }
}

const market = (
  from: SettingsReader
): Pick<Config, 'symbols' | 'symbolPatterns' | 'intervals' | 'indicatorIntervals' | 'exchangeUrls'> => ({
  ...symbols(from),
  intervals: intervals(from, 'INTERVALS', INTERVALS),
  indicatorIntervals: intervals(from, 'INDICATOR_INTERVALS', MINUTES_AND_UP),
  exchangeUrls: exchangeUrls(from)
})

const pairs = (from: SettingsReader): Pick<Config, 'pairs' | 'pairWindow' | 'pairPrices'> => ({
  pairs: from.read({
    name: 'PAIRS',
    fallback: DEFAULT_PAIRS,
    allowed: 'pairs of instruments as A~B, for example binance:BTC/USDT~binance:ETH/USDT, with commas between',
    parse: parseList(text => parsed(parsePair, text)),
    wrongPart: wrongEntries(text => parsed(parsePair, text))
  }),
  pairWindow: from.read({
    name: 'PAIR_WINDOW',
    fallback: PAIR_WINDOW.usual,
    allowed: `a number of candles, ${PAIR_WINDOW.least} to ${PAIR_WINDOW.most}`,
    parse: text => {
      const candles = Number(text)
      const isAllowed = Number.isInteger(candles) && candles >= PAIR_WINDOW.least && candles <= PAIR_WINDOW.most
      return isAllowed ? candles : undefined
    }
  }),
  pairPrices: from.read({
    name: 'PAIR_PRICES',
    fallback: 'plain',
    allowed: 'plain or log',
    parse: parseOneOf(['plain', 'log'])
  })
})

/** Finest first, whatever their order in the setting. */
const intervals = (from: SettingsReader, name: string, fallback: readonly Interval[]): readonly Interval[] => {
  const wanted = from.read({
    name,
    fallback,
    allowed: `some of ${INTERVALS.join(',')}`,
    parse: parseList(text => (isInterval(text) ? text : undefined)),
    wrongPart: wrongEntries(text => (isInterval(text) ? text : undefined))
  })
  return INTERVALS.filter(interval => wanted.includes(interval))
}

type Timing = Pick<
  Config,
  | 'graceMs'
  | 'heartbeatMs'
  | 'gapHoldMs'
  | 'gapGiveUpMs'
  | 'rawFrames'
  | 'revisionHorizonMs'
  | 'commitEveryMs'
  | 'kpiEveryMs'
>

const timing = (from: SettingsReader): Timing => {
  const duration = (name: string, fallback: number, least: number): number =>
    from.read({
      name,
      fallback,
      allowed: `milliseconds, or a duration such as 90s or 10m; ${least} ms at least`,
      parse: text => {
        const ms = parseDuration(text)
        return ms !== undefined && ms >= least ? ms : undefined
      }
    })
  return {
    graceMs: duration('GRACE_MS', 1_000, 0),
    heartbeatMs: duration('HEARTBEAT_MS', 1_000, 10),
    gapHoldMs: duration('GAP_HOLD_MS', 60_000, 0),
    gapGiveUpMs: duration('GAP_GIVE_UP', 43_200_000, 60_000),
    rawFrames: from.read({ name: 'RAW_FRAMES', fallback: false, allowed: 'on or off', parse: parseSwitch }),
    revisionHorizonMs: duration('REVISION_HORIZON', 600_000, 0),
    commitEveryMs: duration('COMMIT_EVERY_MS', 100, 1),
    kpiEveryMs: duration('KPI_EVERY_MS', 5_000, 100)
  }
}

const machine = (
  from: SettingsReader
): Pick<Config, 'topicPrefix' | 'postgresUrl' | 'metricsPort' | 'dataDir' | 'logLevel'> => ({
  topicPrefix: from.read({
    name: 'TOPIC_PREFIX',
    fallback: '',
    allowed: 'letters, digits, dots, underscores and hyphens, 100 at most',
    parse: text => (/^[A-Za-z0-9._-]{1,100}$/.test(text) ? text : undefined)
  }),
  postgresUrl: from.read<string | null>({
    name: 'POSTGRES_URL',
    fallback: null,
    allowed: POSTGRES_FORM,
    parse: text => (parsePostgresUrl(text) ? text.replace(/\/+$/, '') : undefined),
    secret: true
  }),
  metricsPort: from.read<number | null>({
    name: 'METRICS_PORT',
    fallback: null,
    allowed: 'a port, 0 to 65535',
    parse: parsePort
  }),
  dataDir: resolve(from.read({ name: 'DATA_DIR', fallback: '.tickstream', allowed: 'a folder', parse: anyText })),
  logLevel: from.read({
    name: 'LOG_LEVEL',
    fallback: 'info',
    allowed: LOG_LEVELS.join(', '),
    parse: parseOneOf(LOG_LEVELS)
  })
})

/** What `parse` makes of a text; undefined where it throws. */
const parsed = <T>(parse: (text: string) => T, text: string): T | undefined => {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
