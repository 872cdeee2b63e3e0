import type { Bar } from '../../analyze/backtest/bar.ts'
import type { createKafka } from '../../kafka/client/client.ts'
import { readTopic } from '../../kafka/read/read-range.ts'
import { TickstreamError } from '../../market/error.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import { parsePrice } from '../../market/parse-decimal.ts'
import { PAIR_SIDES, type PairSide } from '../../market/records/derived/pair-leg.ts'
import type { Incoming } from '../../stream/topic.ts'
import { candles } from '../../topics.ts'
import { type Bars, isWithin, type Span } from './bars.ts'
import type { MarketSource } from './bars-from-postgres.ts'

/** The newest revision of each final candle, by open time. */
type Finals = Map<number, Bar['a'] & { readonly revision: number }>

const price = (name: string, text: string): number => {
  if (parsePrice(text) !== null) return Number(text)
  throw new TickstreamError('TS-DATA', `${name} "${text}" is not a price above 0`)
}

const addFinal = (finals: Finals, source: MarketSource, span: Span, value: Buffer): void => {
  const { openTime, open, close, final, revision } = candles[source.interval].codec.decode(value)
  if (!final || !isWithin(span, openTime)) return
  const earlier = finals.get(openTime)
  if (earlier && earlier.revision > revision) return
  finals.set(openTime, { open: price('open', open), close: price('close', close), revision })
}

/** Throws `TS-DATA` that names the record which cannot be read. */
const addRecord = (
  finals: Finals,
  source: MarketSource,
  span: Span,
  { topic, partition, offset, value }: Incoming
): void => {
  try {
    if (value) addFinal(finals, source, span, value)
  } catch (cause) {
    if (!(cause instanceof TickstreamError)) throw cause
    throw new TickstreamError(cause.code, `${topic} partition ${partition} offset ${offset}: ${cause.message}`, {
      cause
    })
  }
}

const joinBars = ({ a, b }: Readonly<Record<PairSide, Finals>>): readonly Bar[] =>
  [...a]
    .flatMap(([openTime, ofA]) => {
      const ofB = b.get(openTime)
      return ofB ? [{ openTime, a: ofA, b: ofB }] : []
    })
    .sort((one, other) => one.openTime - other.openTime)

/** Reads the final candles of a pair from `ohlcv_<interval>` as it stands now; of revisions the newest. */
export const barsFromTopic = async (
  kafka: ReturnType<typeof createKafka>,
  prefix: string,
  source: MarketSource,
  span: Span,
  signal: AbortSignal
): Promise<Bars> => {
  const { pair, interval } = source
  const finals = { a: new Map(), b: new Map() } satisfies Record<PairSide, Finals>
  const addRecords = (records: readonly Incoming[]): void => {
    for (const record of records)
      for (const side of PAIR_SIDES)
        if (record.key?.toString() === pair[side]) addRecord(finals[side], source, span, record)
  }
  await readTopic(kafka, prefix + candles[interval].name, addRecords, { since: span.from, signal })
  return { ...pair, intervalMs: INTERVAL_MS[interval], bars: joinBars(finals) }
}
