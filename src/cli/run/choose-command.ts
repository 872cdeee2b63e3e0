import { TickstreamError } from '../../market/error.ts'
import { registry } from '../registry.ts'
import type { Command } from './command.ts'
import { nearest } from './nearest.ts'

/** A command and the arguments after its name. */
type Chosen = { readonly command: Command; readonly args: readonly string[] }

/** Finds the command that the words name. Throws `TS-CONFIG` with the nearest names when there is none. */
export const chooseCommand = async (words: readonly string[]): Promise<Chosen> => {
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
