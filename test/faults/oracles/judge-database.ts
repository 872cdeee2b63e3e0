import type { Candle } from '../../../src/market/records/derived/candle.ts'
import type { Gap } from '../../../src/market/records/feed/gap.ts'
import { topicPartitionKey } from '../../../src/stream/sink.ts'
import { deadLetters } from '../../../src/topics.ts'
import { bytesOf } from '../broker/partition-log.ts'
import type { Row } from '../database/tables.ts'
import type { Evidence } from './evidence.ts'

const instant = (time: number): string => new Date(time).toISOString()

/** What the database should say of a candle, in its own columns. */
const candleRow = (c: Candle): Row => ({
  exchange: c.exchange,
  symbol: c.symbol,
  interval: c.interval,
  open_time: instant(c.openTime),
  close_time: instant(c.closeTime),
  open: c.open,
  high: c.high,
  low: c.low,
  close: c.close,
  volume: c.volume,
  quote_volume: c.quoteVolume,
  trade_count: c.tradeCount,
  taker_buy_volume: c.takerBuyVolume,
  taker_buy_quote_volume: c.takerBuyQuoteVolume,
  first_trade_id: c.firstTradeId,
  last_trade_id: c.lastTradeId,
  revision: c.revision,
  final: true,
  status: c.status,
  missing: c.missing ?? null,
  // Binance's ids prove its candles, and no trade of its spot market holds several prints.
  matched_by: null,
  missing_volume: null,
  print_count: null,
  first_sequence: null,
  last_sequence: null,
  epoch: c.epoch ?? 0
})

const gapRow = (gap: Gap): Row => ({
  exchange: gap.exchange,
  symbol: gap.symbol,
  from_id: gap.fromId,
  to_id: gap.toId,
  count: gap.count,
  detected_at: instant(gap.detectedAt),
  status: gap.status,
  cause: gap.cause,
  closed_at: gap.closedAt === null ? null : instant(gap.closedAt),
  from_time: gap.fromTime === undefined ? null : instant(gap.fromTime),
  reason: gap.reason ?? null,
  http_status: gap.httpStatus ?? null,
  epoch: gap.epoch ?? 0
})

/** The newest by key; records of a key stand in one partition, in order. */
const newest = <T>(values: readonly T[], keyOf: (value: T) => string): readonly T[] => [
  ...new Map(values.map(value => [keyOf(value), value])).values()
]

const differences = (table: string, have: readonly Row[], want: readonly Row[]): readonly string[] => {
  const text = (row: Row): string =>
    JSON.stringify(
      Object.keys(row)
        .sort()
        .map(column => [column, row[column]])
    )
  const [found, wanted] = [new Set(have.map(text)), new Set(want.map(text))]
  return [
    ...[...wanted].filter(row => !found.has(row)).map(row => `the database lacks in ${table}: ${row}`),
    ...[...found].filter(row => !wanted.has(row)).map(row => `the database has too much in ${table}: ${row}`)
  ]
}

/**
 * A letter stands there once, but where its topic was made anew: a copy of it is another record. One that was sent again after the end with
 * its first copy was lost may stand at the very place of that: it is the same row.
 */
const lettersDiffer = ({ world: { broker, database, journal } }: Evidence): readonly string[] => {
  const rows = database.tables().rows('dead_letters')
  const stored = new Set(rows.map(({ payload }) => (payload as Buffer).toString('base64')))
  const letters = broker
    .visible(deadLetters.name)
    .flatMap(({ key, offset, value }) =>
      value === null ? [] : [{ place: `${key} ${offset}`, bytes: bytesOf(value).toString('utf8') }]
    )
  const told = new Set(letters.map(({ bytes }) => deadLetters.codec.decode(Buffer.from(bytes)).payload))
  const wanted = new Set(letters.map(({ place, bytes }) => `${place} ${bytes}`)).size
  const mayRepeat = journal.faults().has('topic made anew')
  return [
    ...[...told]
      .filter(payload => !stored.has(payload))
      .map(payload => `the database lacks the dead letter ${payload}`),
    ...[...stored]
      .filter(payload => !told.has(payload))
      .map(payload => `the database invents the dead letter ${payload}`),
    ...(mayRepeat || rows.length === wanted
      ? []
      : [`the database has ${rows.length} dead letters, the topic ${wanted}`])
  ]
}

/** In the end a position is as far as its partition, and in the log that is there. */
const positionsDiffer = ({ world: { broker, database } }: Evidence): readonly string[] =>
  database
    .tables()
    .rows('kafka_offsets')
    .flatMap(row => {
      const place = { topic: String(row.topic), partition: Number(row.partition) }
      const end = broker.log(place.topic, place.partition).end()
      if (Number(row.next_offset) !== end)
        return [`position of ${topicPartitionKey(place)} is ${row.next_offset}, not ${end}`]
      const isHere = row.topic_id === broker.replacements.idOf(place.topic)
      return isHere ? [] : [`position of ${topicPartitionKey(place)} is one in ${row.topic_id}, which is gone`]
    })

/** The tables hold what the topics say in the end. */
export const judgeDatabase = (evidence: Evidence): readonly string[] => {
  const tables = evidence.world.database.tables()
  const finals = evidence.symbols.flatMap(({ candles }) => candles.filter(candle => candle.final))
  const candles = newest(finals, c => `${c.symbol} ${c.interval} ${c.openTime}`).map(candleRow)
  const gaps = evidence.symbols.flatMap(of => newest(of.gaps, ({ key }) => key).map(({ value }) => gapRow(value)))
  return [
    ...differences('candles', tables.rows('candles'), candles),
    ...differences('gaps', tables.rows('gaps'), gaps),
    ...lettersDiffer(evidence),
    ...positionsDiffer(evidence)
  ]
}
