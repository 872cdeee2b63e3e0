import type { Instrument } from '../market/instrument.ts'
import type { Interval } from '../market/interval.ts'

/** Every setting of the contract, read and checked once; nothing else reads the environment. */
export type Config = {
  readonly kafka: KafkaConfig
  readonly topicPrefix: string
  readonly symbols: readonly Instrument[]
  readonly intervals: readonly Interval[]
  readonly binanceWsUrl: string
  readonly binanceRestUrl: string
  /** True when the exchange's addresses were set by hand, and are therefore not to be replaced by a simulated market. */
  readonly binanceUrlsGiven: boolean
  readonly graceMs: number
  readonly heartbeatMs: number
  readonly gapHoldMs: number
  readonly revisionHorizonMs: number
  readonly commitEveryMs: number
  readonly postgresUrl: string | null
  readonly metricsPort: number | null
  /** Absolute. */
  readonly dataDir: string
  readonly logLevel: string
}

/** How to reach the cluster; `brokers` is empty when none is configured. */
export type KafkaConfig = {
  readonly brokers: readonly string[]
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
