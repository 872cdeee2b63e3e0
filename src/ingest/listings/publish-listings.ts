import type { Exchange } from '../../exchange/exchange.ts'
import type { Instrument } from '../../market/instrument.ts'
import type { InstrumentFacts } from '../../market/records/feed/instrument-facts.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { spawn } from '../../runtime/spawn.ts'
import { type Outgoing, outgoing, type Publisher } from '../../stream/topic.ts'
import { instruments as instrumentFacts, listings } from '../../topics.ts'
import type { ListAnswer, SessionsByClass } from './ask-list.ts'
import { createFactsOf } from './instrument-records.ts'

export type ListingsOptions = {
  readonly exchange: Exchange
  readonly instruments: readonly Instrument[]
  /** What an earlier run published last to `instruments`. */
  readonly knownFacts?: readonly InstrumentFacts[]
  /** Where they go: by another way than trades, which nothing of them may hold up. */
  readonly listingsOutput: Pick<Publisher, 'send'>
  /** Whether the broker has a topic; left out: it has. */
  readonly hasTopic?: (name: string) => Promise<boolean>
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Publishes what the exchange said, where the broker has the topics; false where it did not say whether it has. What it takes its time for is not waited for. */
export const createListingsPublisher = (
  options: ListingsOptions
): ((answer: ListAnswer, sessions: SessionsByClass) => Promise<boolean>) => {
  const publishStates = createTopicPublisher(options, listings.name, "what the exchange says of each symbol's state")
  const publishFacts = createTopicPublisher(options, instrumentFacts.name, "each symbol's tick and lot size")
  const factsOf = createFactsOf(options)
  return async (answer, sessions) =>
    (await publishStates(statesOf(options.instruments, answer))) &&
    (await publishFacts(factsOf(answer, sessions).map(facts => outgoing(instrumentFacts, facts))))
}

/** `what` is not published while the topic is missing, which is said once. */
const createTopicPublisher = (
  { listingsOutput, hasTopic = async () => true, log, signal }: ListingsOptions,
  topic: string,
  what: string
): ((records: readonly Outgoing[]) => Promise<boolean>) => {
  let isMissingReported = false
  return async records => {
    const isThere = await hasTopic(topic).catch(error => {
      if (!signal.aborted) log.debug({ err: error }, `the broker does not say whether it has ${topic}`)
      return null
    })
    if (isThere === null) return false
    if (isThere) spawn(listingsOutput.send(records), signal, log)
    else if (!isMissingReported)
      log.warn(`${topic} is missing: ${what} is not published until you run \`tickstream topics apply\``)
    isMissingReported = !isThere
    return true
  }
}

const statesOf = (instruments: readonly Instrument[], { statuses, askedAt }: ListAnswer): readonly Outgoing[] =>
  instruments.flatMap(({ exchange, symbol }, n) => {
    const status = statuses[n]
    return status === undefined ? [] : [outgoing(listings, { exchange, symbol, status, checkedAt: askedAt })]
  })
