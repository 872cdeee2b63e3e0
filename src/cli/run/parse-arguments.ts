import { parseArgs } from 'node:util'
import { TickstreamError } from '../../market/error.ts'
import type { Command, Context } from './command.ts'
import { nearest } from './nearest.ts'

type Arguments = Pick<Context, 'values' | 'positionals'>

/** The arguments of a command. Throws `TS-CONFIG` for a flag or a word that it does not take. */
export const parseArguments = (command: Command, args: readonly string[]): Arguments => {
  const { values, positionals } = read(command, args)
  const most = command.positionals ?? 0
  if (positionals.length > most)
    throw wrong(command, `"${positionals[most]}" is one word too many for \`${command.name}\``)
  return { values, positionals }
}

const read = (command: Command, args: readonly string[]): Arguments => {
  try {
    return parseArgs({ args: [...args], options: command.options, allowPositionals: true, strict: true })
  } catch (cause) {
    const flag = /option '(--[^'\s]+)/.exec(String(cause))?.[1]
    const options = Object.keys(command.options).map(name => `--${name}`)
    const near = flag && !options.includes(flag) ? nearest(flag, options) : []
    const said = cause instanceof Error ? cause.message.split('. ')[0] : String(cause)
    throw wrong(command, near.length > 0 ? `${said}; did you mean ${near.join(' or ')}?` : `${said}`)
  }
}

const wrong = (command: Command, message: string): TickstreamError =>
  new TickstreamError('TS-CONFIG', `${message}; see tickstream ${command.name} --help`)
