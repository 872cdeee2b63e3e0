import type { Pool } from 'pg'
import { type InEpoch, inEpoch } from '../../market/epoch.ts'
import { type EpochMs, epochMs } from '../../market/time.ts'
import { readRows } from '../read-rows.ts'
import type { Ids } from './summary.ts'
import type { VerifyRequest } from './verify-request.ts'

/** A gap of `gaps` that was not filled. */
export type UnfilledGap = InEpoch & {
  readonly fromId: string
  readonly toId: string
  readonly count: number
  readonly status: string
  /** Open time of a candle that claims to be whole over it; null when every candle that it touches says so. */
  readonly claimedBy: EpochMs | null
}

const SELECT = `select g.epoch, g.from_id, g.to_id, g.count, g.status, (
  select (extract(epoch from min(c.open_time)) * 1000)::bigint from candles c
  where c.exchange = g.exchange and c.symbol = g.symbol and c.interval = $3 and c.final and c.open_time >= $4 and c.open_time < $5
  and c.epoch = g.epoch and c.status in ('traded', 'backfilled')
  and coalesce(c.first_sequence, c.first_trade_id)::numeric <= g.to_id::numeric
  and coalesce(c.last_sequence, c.last_trade_id)::numeric >= g.from_id::numeric)
from gaps g where g.exchange = $1 and g.symbol = $2 and g.status <> 'filled'
and g.epoch = $6 and g.from_id::numeric <= $8 and g.to_id::numeric >= $7 order by g.from_id::numeric`

const toGap = ([epoch, fromId, toId, count, status, claimed]: readonly unknown[]): UnfilledGap => ({
  fromId: String(fromId),
  toId: String(toId),
  count: Number(count),
  status: String(status),
  claimedBy: claimed === null ? null : epochMs(Number(claimed)),
  ...inEpoch(Number(epoch))
})

/** The gaps among the ids of each epoch that were not filled. */
export const readGaps = async (
  pool: Pool,
  { instrument, interval, from, to }: VerifyRequest,
  ids: ReadonlyMap<number, Ids>,
  signal: AbortSignal
): Promise<readonly UnfilledGap[]> => {
  const times = [new Date(from).toISOString(), new Date(to).toISOString()]
  const gaps: UnfilledGap[] = []
  const addGaps = ({ rows }: { readonly rows: readonly (readonly unknown[])[] }): void =>
    void gaps.push(...rows.map(toGap))
  for (const [epoch, { first, last }] of ids) {
    const values = [instrument.exchange, instrument.symbol, interval, ...times, epoch, first, last]
    await readRows(pool, { text: SELECT, values }, addGaps, signal)
  }
  return gaps
}
