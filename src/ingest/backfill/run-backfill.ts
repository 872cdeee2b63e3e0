import { countIds, type IdRange, joined, missingIn } from '../../market/id-ledger.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import { chainId, type Heartbeat, heartbeatOf } from '../../market/records/feed/trade.ts'
import { type Outgoing, outgoing } from '../../stream/topic.ts'
import { backfillState, gaps, rawTicks } from '../../topics.ts'
import { tradeIn } from '../feed/trade-in.ts'
import { abandonIds } from './abandon-ids.ts'
import type { Backfilled, Backfilling } from './backfilling.ts'
import { type Page, readPage } from './read-page.ts'

/** How often ids that history passes over are asked for before they are given up. */
const TRIES = 3
const PAUSE_MS = 500

/** Publishes the wanted trades in the order of their ids, page by page; after each the position follows what the broker has. */
export const runBackfill = async (backfill: Backfilling): Promise<Backfilled> => {
  const absent: IdRange[] = []
  let trades = 0
  const refused = new Set<number>()
  backfill.output.onRefused(record => {
    const trade = tradeIn(record)
    if (trade) refused.add(chainId(trade))
  })
  for (const range of backfill.wanted.gaps) {
    for (let from = range.from; from <= range.to; ) {
      const page = await sendTrades(backfill, await fetchPage(backfill, { from, to: range.to }), refused)
      absent.push(...page.absent)
      trades += page.trades.length
      await closePage(backfill, page, absent)
      backfill.onDone(page.to - page.from + 1)
      from = page.to + 1
    }
  }
  const end = backfill.isJoined ? [outgoing(rawTicks, endBeat(backfill))] : []
  await send(backfill, end)
  await send(backfill, [positionAt(backfill, Number(backfill.position.toId) + 1)])
  return { trades, absent }
}

const fetchPage = async (backfill: Backfilling, range: IdRange): Promise<Page> => {
  for (let tries = 1; ; tries++) {
    const page = readPage(await backfill.ask.trades(range.from, backfill.ask.pageSize), range)
    if (page.absent.length === 0 || tries >= TRIES) return page
    await backfill.clock.sleep(PAUSE_MS, backfill.signal)
  }
}

/** Sends the trades of a page, and gives the page as the broker has it: what it refuses for good is absent. */
const sendTrades = async (backfill: Backfilling, page: Page, refused: Set<number>): Promise<Page> => {
  await send(
    backfill,
    page.trades.map(trade => outgoing(rawTicks, trade))
  )
  const trades = page.trades.filter(trade => !refused.has(chainId(trade)))
  const absent = joined([...page.absent, ...[...refused].map(id => ({ from: id, to: id }))])
  refused.clear()
  return { ...page, trades, absent }
}

/** Behind the trades: what is said of those that are not there, then the position. An end in between repeats, and loses nothing. */
const closePage = async (backfill: Backfilling, page: Page, absent: readonly IdRange[]): Promise<void> => {
  await send(
    backfill,
    page.absent.flatMap(range => abandonIds(backfill, range, page.time))
  )
  const filled = filledBy(backfill, page, absent).map(gap => outgoing(gaps, gap))
  await send(backfill, filled)
  await send(backfill, [positionAt(backfill, page.to + 1)])
}

/** Gaps that were given up and end in this page, when all of their ids were asked for and none is absent. */
const filledBy = ({ unfilled, wanted, clock }: Backfilling, page: Page, absent: readonly IdRange[]): readonly Gap[] =>
  unfilled
    .filter(({ status, toId }) => status === 'unrecoverable' && Number(toId) >= page.from && Number(toId) <= page.to)
    .filter(({ fromId, toId, count }) => {
      const range = { from: Number(fromId), to: Number(toId) }
      const missing = missingIn({ max: range.to, gaps: absent }, range)
      return countIds(missingIn(wanted, range)) === count && missing.length === 0
    })
    .map(gap => ({ ...gap, status: 'filled', closedAt: clock.now() }))

const positionAt = ({ position }: Backfilling, nextId: number): Outgoing =>
  outgoing(backfillState, { ...position, nextId: String(nextId) })

/** Every trade before the end of the range stands before this: what is open closes. */
const endBeat = ({ position, clock }: Backfilling): Heartbeat =>
  heartbeatOf(position, { time: position.provenTo, lastId: position.toId, receivedAt: clock.now() })

/** Resolves when the broker has the records; rejects when the work is stopped, since a broker that is away is waited for. */
const send = async ({ output, signal }: Backfilling, records: readonly Outgoing[]): Promise<void> => {
  signal.throwIfAborted()
  const stopped = Promise.withResolvers<never>()
  const stop = (): void => stopped.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([output.send(records), stopped.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
