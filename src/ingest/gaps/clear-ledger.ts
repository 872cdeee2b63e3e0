import { instrumentKey } from '../../market/instrument.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import type { Outgoing, Publisher } from '../../stream/topic.ts'
import { gaps } from '../../topics.ts'

/** Of one instrument, so many gaps whose trades are lost stay, however old they are: `aggregate` knows no more of them either. */
export const MAX_LOST = 10_000

/** What was filled stays in the ledger for so long, where no setting says otherwise. */
export const GAPS_KEPT_MS = 30 * 86_400_000

const newestFirst = (a: Gap, b: Gap): number => (b.closedAt ?? 0) - (a.closedAt ?? 0)

/**
 * What the ledger need not hold any more: gaps that were filled more than `keepMs` ago (-1: none), and of those that are lost the oldest
 * beyond `MAX_LOST` of an instrument. An open gap stays: a later run of ingest goes on with it. Pure.
 */
export const expiredGaps = (known: readonly Gap[], now: number, keepMs: number): readonly Gap[] => {
  const isOld = ({ closedAt }: Gap): boolean => keepMs >= 0 && closedAt !== null && closedAt < now - keepMs
  const filled = known.filter(gap => gap.status === 'filled' && isOld(gap))
  const lost = Map.groupBy(
    known.filter(gap => gap.status === 'unrecoverable'),
    gap => instrumentKey(gap)
  )
  const beyond = [...lost.values()].flatMap(ofOne => ofOne.toSorted(newestFirst).slice(MAX_LOST))
  return [...filled, ...beyond.filter(isOld)]
}

const tombstone = (gap: Gap): Outgoing => ({ topic: gaps.name, key: gaps.key(gap), value: null, time: null })

/** Where the ledger is read and written. */
export type LedgerUpkeep = {
  readonly readGaps: () => Promise<readonly Gap[]>
  readonly output: Pick<Publisher, 'send'>
  /** How long a gap stays after it was filled; -1: for ever. */
  readonly keepMs: number
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** A start has other things to do first. */
const FIRST_AFTER_MS = 60_000
const EVERY_MS = 24 * 3_600_000

/** Takes expired gaps out of `gaps`, once. Resolves to how many, when the broker has it. */
export const clearLedger = async ({ readGaps, output, keepMs, clock, log }: LedgerUpkeep): Promise<number> => {
  const expired = expiredGaps(await readGaps(), clock.now(), keepMs)
  if (expired.length === 0) return 0
  await output.send(expired.map(tombstone))
  log.info({ expired: expired.length }, 'gaps that were closed long ago are taken out of the ledger')
  return expired.length
}

/** The same once a day until the signal. Where the ledger cannot be read, it stays as it is until the next day. */
export const keepLedgerShort = async (upkeep: LedgerUpkeep): Promise<void> => {
  const { clock, log, signal } = upkeep
  const wait = (ms: number): Promise<void> => clock.sleep(ms, signal).catch(() => undefined)
  for (await wait(FIRST_AFTER_MS); !signal.aborted; await wait(EVERY_MS))
    await clearLedger(upkeep).catch((err: unknown) => {
      if (!signal.aborted) log.warn({ err }, 'the ledger of gaps could not be cleared; it is tried again in a day')
    })
}
