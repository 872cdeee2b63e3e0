#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' }
import { TickstreamError } from '../market/error.ts'
import { errorCode, exitCodeOf } from '../market/errors.ts'
import { environment } from '../runtime/config/environment.ts'
import { catchInterrupts } from '../runtime/interrupt.ts'
import { chooseCommand } from './run/choose-command.ts'
import { runCommand } from './run/run-command.ts'

const main = async (words: readonly string[]): Promise<number> => {
  const [first] = words
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') return help(words.slice(1))
  if (first === '--version' || first === '-v' || first === 'version') return version()
  const { command, args } = await chooseCommand(words)
  if (args.includes('--help') || args.includes('-h')) return help(words)
  if (args.includes('--version')) return version()
  return runCommand(command, args, catchInterrupts())
}

const help = async (words: readonly string[]): Promise<number> => {
  const { explain, overview } = await import('./run/help.ts')
  const text = words.length > 0 ? explain((await chooseCommand(words)).command) : await overview()
  process.stdout.write(`${text}\n`)
  return 0
}

const version = (): number => {
  process.stdout.write(`${manifest.name} ${manifest.version}\n`)
  return 0
}

/** The code, and one clear line for what a user can mend or the stack for a bug. */
const tell = (error: unknown): void =>
  void process.stderr.write(`tickstream: ${errorCode(error)}: ${describe(error)}\n`)

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (environment().LOG_LEVEL === 'debug') return error.stack ?? error.message
  if (error instanceof TickstreamError) return error.message
  if (error.name.startsWith('KafkaJS')) return `Kafka: ${error.message}; \`tickstream doctor\` says what is missing`
  if ('syscall' in error) return `${error.message}; \`tickstream doctor\` looks at the disk, the ports and the servers`
  return error.stack ?? error.message
}

main(process.argv.slice(2)).then(
  code => process.exit(code),
  (error: unknown) => {
    tell(error)
    process.exit(exitCodeOf(error))
  }
)
