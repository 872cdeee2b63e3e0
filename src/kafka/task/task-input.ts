import { TickstreamError } from '../../market/error.ts'
import type { LogIdentity } from '../../stream/log-identity.ts'
import type { Source } from '../../stream/topology.ts'
import type { Published } from './commit/rebuild.ts'
import type { Message } from './partition-group.ts'

const NO_BYTES = Buffer.alloc(0)

/** One input, and how far it is folded. */
export type Input<In> = Source<In> & {
  next: number
  committed: number
  log: LogIdentity | null
  readonly published: readonly Published[]
}

/** Those at an offset and behind it. */
export const messagesFrom = (messages: readonly Message[], next: number): readonly Message[] => {
  const [first] = messages
  return first && Number(first.offset) >= next ? messages : messages.filter(({ offset }) => Number(offset) >= next)
}

/** What a message says, null where that is of no use here, or why nobody can tell. */
export type Decoded<In> = In | null | TickstreamError

export const decodeMessage = <In>({ decode }: Pick<Source<In>, 'decode'>, message: Message): Decoded<In> => {
  if (message.unreadable !== undefined) return new TickstreamError('TS-DATA', message.unreadable)
  try {
    return decode(message.value ?? NO_BYTES, message)
  } catch (error) {
    if (error instanceof TickstreamError) return error
    return new TickstreamError('TS-DATA', error instanceof Error ? error.message : String(error), { cause: error })
  }
}
