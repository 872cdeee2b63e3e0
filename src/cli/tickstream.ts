#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' }
import { TickstreamError } from '../market/error.ts'
import { errorCode, exitCodeOf } from '../market/errors.ts'
import { environment } from '../runtime/config/environment.ts'
import { nearest } from '../runtime/config/nearest.ts'
import { catchInterrupts } from '../runtime/interrupt.ts'
import { registry } from './registry.ts'
import type { Command } from './run/command.ts'
import { runCommand } from './run/run-command.ts'

/** All commands, one a line. */
const overview = async (): Promise<string> => {
  const commands = (await Promise.all(registry.map(entry => entry.load()))).flat()
  const width = Math.max(...commands.map(command => command.name.length))
  return [
    'tickstream: crypto market data on Kafka; exact candles that carry the trade ids they were built from',
    '',
    'usage: tickstream COMMAND [arguments]',
    '',
    ...commands.map(command => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'tickstream COMMAND --help explains one, --version says which one this is. Settings come from the environment or .env: see .env.example.'
  ].join('\n')
}

/** One command with its arguments. */
const explain = (command: Command): string =>
  [`tickstream ${command.name}: ${command.summary}`, '', command.usage.trimEnd()].join('\n')

/** A command and the arguments after its name. */
type Chosen = { readonly command: Command; readonly args: readonly string[] }

/** Finds the command that the words name. Throws `TS-CONFIG` with the nearest names when there is none. */
const chooseCommand = async (words: readonly string[]): Promise<Chosen> => {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const entry = registry.find(({ names }) => names.includes(name))
    const command = entry && (await entry.load()).find(candidate => candidate.name === name)
    if (command) return { command, args: words.slice(length) }
  }
  throw new TickstreamError('TS-CONFIG', unknown(words))
}

const unknown = (words: readonly string[]): string => {
  const names = registry.flatMap(entry => entry.names)
  const group = names.filter(name => name.startsWith(`${words[0]} `))
  if (group.length > 0) return `${words[0]} is followed by one word more: ${group.join(', ')}`
  const near = nearest(words[0] ?? '', names)
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'see tickstream --help'
  return `there is no command "${words[0]}"; ${hint}`
}

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
  const text = words.length > 0 ? explain((await chooseCommand(words)).command) : await overview()
  process.stdout.write(`${text}\n`)
  return 0
}

const version = (): number => {
  process.stdout.write(`${manifest.name} ${manifest.version}\n`)
  return 0
}

/** The code, and one clear line for what a user can mend or the stack for a bug. */
const printError = (error: unknown): void =>
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
    printError(error)
    process.exit(exitCodeOf(error))
  }
)
