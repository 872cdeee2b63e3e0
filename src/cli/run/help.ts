import { registry } from '../registry.ts'
import type { Command } from './command.ts'

/** All commands, one a line. */
export const overview = async (): Promise<string> => {
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
export const explain = (command: Command): string =>
  [`tickstream ${command.name}: ${command.summary}`, '', command.usage.trimEnd()].join('\n')
