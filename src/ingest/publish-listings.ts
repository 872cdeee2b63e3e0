import type { ListedStatus } from '../exchange/exchange.ts'
import type { Instrument } from '../market/instrument.ts'
import type { EpochMs } from '../market/time.ts'
import type { Logger } from '../runtime/log.ts'
import { outgoing } from '../stream/topic.ts'
import { listings } from '../topics.ts'
import type { Outlet } from './outlet.ts'

/** What the exchange said of each instrument, in their order, when it was asked. */
export type ListAnswer = { readonly statuses: readonly ListedStatus[]; readonly askedAt: EpochMs }

export type ListingsOptions = {
  readonly instruments: readonly Instrument[]
  readonly outlet: Outlet
  /** Whether the broker has a topic; left out: it has. */
  readonly hasTopic?: (name: string) => Promise<boolean>
  readonly log: Logger
  readonly signal: AbortSignal
}

/**
 * Publishes what the exchange said; false where the broker did not say whether it has the topic. One that is missing is not written to:
 * the publisher would keep the record, and every trade behind it, until it is there.
 */
export const createListingsPublisher = (options: ListingsOptions): ((answer: ListAnswer) => Promise<boolean>) => {
  const { instruments, outlet, hasTopic = async () => true, log, signal } = options
  let isToldMissing = false
  return async ({ statuses, askedAt }) => {
    const isThere = await hasTopic(listings.name).catch(error => {
      if (!signal.aborted) log.debug({ err: error }, 'the broker does not say whether it has listings')
      return null
    })
    if (isThere === null) return false
    if (isThere) await outlet.send(recordsOf(instruments, statuses, askedAt))
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
