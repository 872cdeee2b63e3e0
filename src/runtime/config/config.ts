import type { Instrument } from '../../market/instrument.ts'
import type { Interval, Retention } from '../../market/interval.ts'
import type { Pair } from '../../market/pair.ts'
import type { SymbolPattern } from './symbol-pattern.ts'

/** Every setting of the contract, read and checked once; nothing else reads the environment. */
export type Config = {
  readonly kafka: KafkaConfig
  readonly topicPrefix: string
  readonly topics: TopicSettings
  readonly symbols: readonly Instrument[]
  /** What SYMBOLS names besides: whatever an exchange lists that is such. */
  readonly symbolPatterns: readonly SymbolPattern[]
  /** Pairs to analyse, and how many candles their statistics look back on. */
  readonly pairs: readonly Pair[]
  readonly pairWindow: number
  /** `log`: of prices, so that a hedge ratio is an elasticity. */
  readonly pairPrices: 'plain' | 'log'
  /** Candles that indicators are computed for. */
  readonly indicatorIntervals: readonly Interval[]
  readonly intervals: readonly Interval[]
  /** Bases of exchanges that were set, by the names of their settings; an exchange knows its public ones. */
  readonly exchangeUrls: Readonly<Record<string, string>>
  readonly graceMs: number
  readonly heartbeatMs: number
  /** Whether ingest keeps every message of the exchanges' connections in `raw_frames`. */
  readonly rawFrames: boolean
  readonly gapHoldMs: number
  /** How long the exchange's history may refuse, or not answer, before a gap is given up. */
  readonly gapGiveUpMs: number
  readonly revisionHorizonMs: number
  readonly commitEveryMs: number
  /** Cadence of `kpi`, in milliseconds of event time. */
  readonly kpiEveryMs: number
  readonly postgresUrl: string | null
  readonly retention: Retention
  /** null: the Influx sink is off. */
  readonly influx: InfluxConfig | null
  readonly gateway: GatewayConfig
  /** null: the lake sink is off. */
  readonly lake: LakeLocation | null
  /** How long a file of the lake gathers at most. */
  readonly lakeEveryMs: number
  readonly s3: S3Access
  /** null: alerts are logged, and sent nowhere. */
  readonly alertWebhook: WebhookConfig | null
  readonly metricsPort: number | null
  /** Absolute. */
  readonly dataDir: string
  readonly logLevel: string
}

/** How topics are kept, by their names without the prefix, where that is not as `topics/NAME.json` says. */
export type TopicSettings = {
  /** Milliseconds; -1: for ever. */
  readonly retentionMs: ReadonlyMap<string, number>
  /** Of all partitions of a topic together, of one replica; -1: without a limit. */
  readonly retentionBytes: ReadonlyMap<string, number>
  /** Kafka's `compression.type`. */
  readonly compression: ReadonlyMap<string, string>
}

/** Where the Influx sink writes to. */
export type InfluxConfig = {
  readonly url: string
  readonly token: string
  readonly org: string
  readonly bucket: string
}

/** Where Parquet files go: an absolute folder, or a bucket and what stands before its keys, without slashes at its ends. */
export type LakeLocation =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }

/** How buckets are reached. What is null is left to the usual chain of the client of S3. */
export type S3Access = {
  /** null: Amazon's own. */
  readonly endpoint: string | null
  readonly region: string | null
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  } | null
}

/** Where the gateway listens; with a token, every request but the probes must bear it. */
export type GatewayConfig = {
  readonly host: string
  readonly port: number
  readonly token: string | null
  /** Of pages elsewhere that may read the API, as a browser names them: `https://charts.example`. */
  readonly corsOrigins: readonly string[]
}

/** What a receiver of alerts wants to read. */
export const WEBHOOK_FORMATS = ['json', 'slack', 'discord', 'telegram'] as const

/** Where alerts are posted to. The URL of a chat is as good as a password: it is never shown. */
export type WebhookConfig = {
  readonly url: string
  /** Signs what is posted; null: it is not signed. */
  readonly secret: string | null
  readonly format: (typeof WEBHOOK_FORMATS)[number]
}

/** How to reach the cluster; `brokers` is empty when none is configured. */
export type KafkaConfig = {
  readonly brokers: readonly string[]
  /** What our producers compress batches by. */
  readonly compression: 'none' | 'gzip' | 'zstd'
  readonly ssl: boolean
  readonly sasl:
    | (Login &
        (
          | { readonly mechanism: 'plain' }
          | { readonly mechanism: 'scram-sha-256' }
          | { readonly mechanism: 'scram-sha-512' }
        ))
    | null
}

type Login = { readonly username: string; readonly password: string }
