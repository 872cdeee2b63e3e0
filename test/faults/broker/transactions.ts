import type { Timeline } from '../world/timeline.ts'
import { brokerError } from './broker-error.ts'
import type { Txn } from './log-contents.ts'
import type { PartitionLog } from './partition-log.ts'

/** Who may write under a transactional id: the newest epoch alone. */
type Holder = {
  epoch: number
  txn: Txn | null
  logs: Set<PartitionLog>
  /** Marks of ended transactions that are not written yet. */
  unmarked: number
  waiting: (() => void)[]
  callOffTimeout: () => void
}

type Ending = 'committed' | 'aborted'

/** The producer of an id, in one epoch. */
export type Owner = { readonly id: string; readonly epoch: number }

/** The transaction coordinator: epochs, outcomes, and the marks that follow them. */
export type Transactions = {
  /** Fences older owners, ends what they left open, and calls back with the new epoch once its marks are written. */
  readonly take: (id: string, then: (epoch: number) => void) => void
  /** The open transaction, begun if there is none; called back once the marks of the last one are written. */
  readonly join: (
    owner: Owner,
    logs: readonly PartitionLog[],
    then: (txn: Txn) => void,
    fail: (error: Error) => void
  ) => void
  /** Throws what the broker says to an owner that was fenced. */
  readonly end: (owner: Owner, outcome: Ending) => void
}

type State = {
  readonly timeline: Timeline
  readonly markDelayMs: () => number
  readonly holders: Map<string, Holder>
}

const TIMEOUT_MS = 15_000

const newHolder = (): Holder => ({
  epoch: -1,
  txn: null,
  logs: new Set(),
  unmarked: 0,
  waiting: [],
  callOffTimeout: () => undefined
})

const holderOf = ({ holders }: State, id: string): Holder => {
  const holder = holders.get(id) ?? newHolder()
  holders.set(id, holder)
  return holder
}

const marked = (holder: Holder): void => {
  holder.unmarked -= 1
  if (holder.unmarked > 0) return
  for (const go of holder.waiting.splice(0)) go()
}

/** From here on the outcome stands; partition after partition learns of it. */
const decide = ({ timeline, markDelayMs }: State, holder: Holder, outcome: Ending): void => {
  const { txn, logs } = holder
  if (!txn) return
  holder.callOffTimeout()
  txn.outcome = outcome
  holder.txn = null
  holder.logs = new Set()
  holder.unmarked += logs.size
  for (const log of logs) {
    timeline.after(markDelayMs(), () => {
      log.mark(txn)
      marked(holder)
    })
  }
}

const whenMarked = (holder: Holder, go: () => void): void => {
  if (holder.unmarked === 0) go()
  else holder.waiting.push(go)
}

const begin = (state: State, holder: Holder): Txn => {
  const txn: Txn = { outcome: 'open' }
  holder.txn = txn
  holder.callOffTimeout = state.timeline.after(TIMEOUT_MS, () => {
    holder.epoch += 1
    decide(state, holder, 'aborted')
  })
  return txn
}

export const createTransactions = (timeline: Timeline, markDelayMs: () => number): Transactions => {
  const state: State = { timeline, markDelayMs, holders: new Map() }
  return {
    take: (id, then) => {
      const holder = holderOf(state, id)
      const epoch = ++holder.epoch
      decide(state, holder, 'aborted')
      whenMarked(holder, () => then(epoch))
    },
    join: ({ id, epoch }, logs, then, fail) => {
      const holder = holderOf(state, id)
      whenMarked(holder, () => {
        if (epoch !== holder.epoch) return fail(brokerError('INVALID_PRODUCER_EPOCH'))
        const txn = holder.txn ?? begin(state, holder)
        for (const log of logs) holder.logs.add(log)
        then(txn)
      })
    },
    end: ({ id, epoch }, outcome) => {
      const holder = holderOf(state, id)
      if (epoch !== holder.epoch) throw brokerError('INVALID_PRODUCER_EPOCH')
      decide(state, holder, outcome)
    }
  }
}
