import { type Instrument, instrumentKey } from '../../../market/instrument.ts'
import type { Gap } from '../../../market/records/feed/gap.ts'
import type { InstrumentFacts } from '../../../market/records/feed/instrument-facts.ts'
import type { KlinePosition } from '../../../market/records/feed/kline-position.ts'
import type { Position } from '../../../market/records/feed/position.ts'
import type { Logger } from '../../../runtime/observe/log.ts'
import { gaps, ingestKlinesState, ingestState, instruments } from '../../../topics.ts'
import { hasTopic } from '../../admin/has-topic.ts'
import type { createKafka } from '../../client/client.ts'
import type { UnusableRecords } from './dead-letter-once.ts'
import { positionsInTicks } from './positions-in-ticks.ts'
import { readTable } from './read-table.ts'

/** What an earlier run left: how far each feed was whole, and the gaps still open. */
type PreviousRun = {
  readonly positions: readonly Position[]
  readonly klinePositions: readonly KlinePosition[]
  readonly openGaps: readonly Gap[]
  readonly lastFacts: readonly InstrumentFacts[]
}

/** Where it is read, and what becomes of what cannot be. */
type Source = {
  readonly kafka: ReturnType<typeof createKafka>
  readonly prefix: string
  readonly instruments: readonly Instrument[]
  readonly unusable: UnusableRecords
  readonly log: Logger
  readonly signal: AbortSignal
}

export const readPreviousRun = async (source: Source): Promise<PreviousRun> => {
  const { kafka, prefix, signal, unusable } = source
  const { onUnusable } = unusable
  const [positions, known, klinePositions] = await Promise.all([
    readPositions(source),
    readTable(kafka, prefix, gaps, signal, onUnusable),
    readTable(kafka, prefix, ingestKlinesState, signal, onUnusable)
  ])
  await unusable.settled()
  return {
    positions,
    klinePositions,
    openGaps: known.filter(gap => gap.status === 'open'),
    lastFacts: await readFacts(source)
  }
}

/** What the exchanges' lists told last. It is a help, not a condition: an installation may do without the topic, or not let ingest read it. */
const readFacts = async ({ kafka, prefix, log, signal }: Source): Promise<readonly InstrumentFacts[]> => {
  try {
    if (!(await hasTopic(kafka, prefix + instruments.name))) return []
    return await readTable(kafka, prefix, instruments, signal, () => undefined)
  } catch (error) {
    signal.throwIfAborted()
    log.debug({ err: error }, `what stands in ${instruments.name} cannot be read`)
    return []
  }
}

/**
 * A feed whose record cannot be used, and of which none before it is left, would begin as if it had never run, and what was traded
 * meanwhile would stand in no list of gaps: its last heartbeat in `raw_ticks` says where it was.
 */
const readPositions = async ({ kafka, prefix, instruments, unusable, log, signal }: Source) => {
  let isWhole = true
  const positions = await readTable(kafka, prefix, ingestState, signal, refused => {
    isWhole = false
    unusable.onUnusable(refused)
  })
  const known = new Set(positions.map(instrumentKey))
  const unknown = instruments.filter(instrument => !known.has(instrumentKey(instrument)))
  if (isWhole || unknown.length === 0) return positions
  const found = await positionsInTicks(kafka, prefix, unknown, signal)
  for (const position of found)
    log.warn(position, 'ingest_state does not say how far this feed was; going on from its last heartbeat in raw_ticks')
  for (const instrument of unknown.filter(
    one => !found.some(position => instrumentKey(position) === instrumentKey(one))
  ))
    log.error(
      instrument,
      'nothing says how far this feed was: it begins anew; `tickstream backfill` fetches what is missing'
    )
  return [...positions, ...found]
}
