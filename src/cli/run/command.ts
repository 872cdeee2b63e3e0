import type { ParseArgsOptionsConfig } from 'node:util'
import type { Config } from '../../runtime/config/config.ts'
import type { OptionValues } from '../../runtime/flags.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'

/** What a command gets: its arguments, the settings, a log, and the signal that Ctrl-C or SIGTERM raises. */
export type Context = {
  readonly values: OptionValues
  readonly positionals: readonly string[]
  readonly config: Config
  readonly log: Logger
  readonly health: Health
  readonly signal: AbortSignal
}

/** One command of the contract. `run` resolves to the exit code; it throws a TickstreamError for what a user can mend. */
export type Command = {
  /** As typed: `ingest`, `sink postgres`, `topics apply`. */
  readonly name: string
  readonly summary: string
  /** Lines under `--help`: the arguments and what they mean. */
  readonly usage: string
  readonly options: ParseArgsOptionsConfig
  /** How many words it takes after its name; none when left out. */
  readonly positionals?: number
  /** A stage runs until the signal, serves health and metrics on METRICS_PORT, and logs under its name. */
  readonly stage?: boolean
  readonly run: (context: Context) => Promise<number>
}
