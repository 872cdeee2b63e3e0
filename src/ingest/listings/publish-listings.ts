import type { ListedStatus } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { EpochMs } from '../../market/time.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { spawn } from '../../runtime/spawn.ts'
import { outgoing, type Publisher } from '../../stream/topic.ts'
import { listings } from '../../topics.ts'

/** What the exchange said of each instrument, in their order, when it was asked. */
export type ListAnswer = { readonly statuses: readonly ListedStatus[]; readonly askedAt: EpochMs }

export type ListingsOptions = {
  readonly instruments: readonly Instrument[]
  /** Where they go: by another way than trades, which nothing of them may hold up. */
  readonly listingsOutput: Pick<Publisher, 'send'>
  /** Whether the broker has a topic; left out: it has. */
  readonly hasTopic?: (name: string) => Promise<boolean>
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Publishes what the exchange said, where the broker has the topic; false where it did not say whether it has. What it takes its time for is not waited for. */
export const createListingsPublisher = (options: ListingsOptions): ((answer: ListAnswer) => Promise<boolean>) => {
  const { instruments, listingsOutput, hasTopic = async () => true, log, signal } = options
  let isToldMissing = false
  return async ({ statuses, askedAt }) => {
    const isThere = await hasTopic(listings.name).catch(error => {
      if (!signal.aborted) log.debug({ err: error }, 'the broker does not say whether it has listings')
      return null
    })
    if (isThere === null) return false
    if (isThere) spawn(listingsOutput.send(recordsOf(instruments, statuses, askedAt)), signal, log)
    else if (!isToldMissing)
      log.warn(
        `${listings.name} is missing: what the exchange says of each symbol's state is not published until you run \`tickstream topics apply\``
      )
    isToldMissing = !isThere
    return true
  }
}

const recordsOf = (instruments: readonly Instrument[], statuses: readonly ListedStatus[], checkedAt: EpochMs) =>
  instruments.flatMap(({ exchange, symbol }, n) => {
    const status = statuses[n]
    return status === undefined ? [] : [outgoing(listings, { exchange, symbol, status, checkedAt })]
  })
