import { createKafka } from '../kafka/client/client.ts'
import { readTable } from '../kafka/read/table/read-table.ts'
import { locationOf } from '../kafka/read/table/read-usable.ts'
import { epochOf, inEpoch } from '../market/epoch.ts'
import type { Gap } from '../market/records/feed/gap.ts'
import { epochMs } from '../market/time.ts'
import type { Config } from '../runtime/config/config.ts'
import type { Logger } from '../runtime/observe/log.ts'
import { ask } from '../sink/postgres/in-transaction.ts'
import { createPool } from '../sink/postgres/pool.ts'
import { gaps } from '../topics.ts'

const QUERY = 'select exchange, symbol, from_id, to_id, count, detected_at, status, cause, closed_at, epoch from gaps'

/** A row of `gaps` as the client reads it. */
type GapRow = {
  readonly exchange: string
  readonly symbol: string
  readonly from_id: string
  readonly to_id: string
  readonly count: string
  readonly detected_at: Date
  readonly status: Gap['status']
  readonly cause: Gap['cause']
  readonly closed_at: Date | null
  readonly epoch: number
}

const fromDatabase = async (url: string): Promise<readonly Gap[]> => {
  const pool = createPool(url, 'lake-check')
  try {
    const rows = await ask<GapRow>(pool, QUERY)
    return rows.map(row => ({
      exchange: row.exchange,
      symbol: row.symbol,
      fromId: row.from_id,
      toId: row.to_id,
      count: Number(row.count),
      detectedAt: epochMs(row.detected_at.getTime()),
      status: row.status,
      cause: row.cause,
      closedAt: row.closed_at && epochMs(row.closed_at.getTime()),
      ...inEpoch(row.epoch)
    }))
  } finally {
    await pool.end()
  }
}

/** Where the ledger of gaps stands, by the settings, and who reads it. */
type Ledger = { readonly config: Config; readonly log: Logger; readonly signal: AbortSignal }

/** The gaps in the ids that a lake holds, which are those of the first epoch; null where there is nobody to ask. */
export const readGapLedger = async (from: Ledger): Promise<readonly Gap[] | null> => {
  const all = await readAll(from)
  return all?.filter(gap => epochOf(gap) === 0) ?? null
}

/** The ledger of gaps, from the database when there is one, else from the broker; null where neither is configured. */
const readAll = async ({ config, log, signal }: Ledger): Promise<readonly Gap[] | null> => {
  if (config.postgresUrl !== null) return fromDatabase(config.postgresUrl)
  if (config.kafka.brokers.length === 0) return null
  return readTable(
    createKafka(config.kafka, 'lake-check', log),
    config.topicPrefix,
    gaps,
    signal,
    ({ record, error }) => log.warn(`a record is left out: ${locationOf(record)}: ${error.message}`)
  )
}
