import type { Timeline } from '../world/timeline.ts'
import { brokerError } from './broker-error.ts'
import type { PartitionLog, Txn } from './partition-log.ts'

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

/** The transaction coordinator: epochs, outcomes, and the marks that follow them. Throws what the broker says of a wrong epoch. */
export type Transactions = {
  /** Fences older owners, ends what they left open, and calls back with the new epoch once its marks are written. */
  readonly take: (id: string, then: (epoch: number) => void) => void
  /** The open transaction, begun if there is none; called back once the marks of the last one are written. */
  readonly join: (
    id: string,
    epoch: number,
    log: readonly PartitionLog[],
    then: (txn: Txn) => void,
    fail: (error: Error) => void
  ) => void
  readonly end: (id: string, epoch: number, outcome: 'committed' | 'aborted') => void
}

const TIMEOUT_MS = 15_000

export const createTransactions = (timeline: Timeline, markDelayMs: () => number): Transactions => {
  const holders = new Map<string, Holder>()
  const holderOf = (id: string): Holder => {
    const known = holders.get(id)
    if (known) return known
    const fresh: Holder = {
      epoch: -1,
      txn: null,
      logs: new Set(),
      unmarked: 0,
      waiting: [],
      callOffTimeout: () => undefined
    }
    holders.set(id, fresh)
    return fresh
  }
  const marked = (holder: Holder): void => {
    holder.unmarked -= 1
    if (holder.unmarked > 0) return
    for (const go of holder.waiting.splice(0)) go()
  }
  const decide = (holder: Holder, outcome: 'committed' | 'aborted'): void => {
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
  const check = (holder: Holder, epoch: number): void => {
    if (epoch !== holder.epoch) throw brokerError('INVALID_PRODUCER_EPOCH')
  }
  const begin = (holder: Holder): Txn => {
    const txn: Txn = { outcome: 'open' }
    holder.txn = txn
    holder.callOffTimeout = timeline.after(TIMEOUT_MS, () => {
      holder.epoch += 1
      decide(holder, 'aborted')
    })
    return txn
  }
  return {
    take: (id, then) => {
      const holder = holderOf(id)
      const epoch = ++holder.epoch
      decide(holder, 'aborted')
      whenMarked(holder, () => then(epoch))
    },
    join: (id, epoch, logs, then, fail) => {
      const holder = holderOf(id)
      whenMarked(holder, () => {
        if (epoch !== holder.epoch) return fail(brokerError('INVALID_PRODUCER_EPOCH'))
        const txn = holder.txn ?? begin(holder)
        for (const log of logs) holder.logs.add(log)
        then(txn)
      })
    },
    end: (id, epoch, outcome) => {
      const holder = holderOf(id)
      check(holder, epoch)
      decide(holder, outcome)
    }
  }
}
