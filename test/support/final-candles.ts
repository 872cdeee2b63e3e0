import type { Kafka } from 'kafkajs'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import type { AggregateOptions } from '../../src/aggregate/state/symbol-state.ts'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import { isTrade, type Tick } from '../../src/market/records/feed/trade.ts'
import { candles } from '../../src/topics.ts'
import { oracleCandles } from './candle-oracle.ts'
import { drive } from './drive.ts'

/** A final candle as it was published; `topic` without the prefix. */
export type Final = { readonly topic: string; readonly key: string; readonly value: string }

/** Finals in order, by topic and key. */
export type Finals = ReadonlyMap<string, readonly string[]>

export const isFinal = (value: Buffer | string | null): boolean => value?.includes('"final":true') ?? false

export const byTopicAndKey = (finals: readonly Final[]): Finals =>
  new Map(
    [...Map.groupBy(finals, ({ topic, key }) => `${topic} ${key}`)].map(([of, all]) => [of, all.map(f => f.value)])
  )

/** What one undisturbed fold in memory makes of the ticks. */
export const dueFinals = (options: AggregateOptions, ticks: readonly Tick[]): readonly Final[] =>
  drive(aggregate(options), ticks).outputs.flatMap(({ topic, key, value }) =>
    value !== null && isFinal(value) ? [{ topic, key, value }] : []
  )

/** Every final that stands in the topics of the options' intervals, committed ones only. */
export const readFinals = async (
  kafka: Kafka,
  prefix: string,
  { intervals }: Pick<AggregateOptions, 'intervals'>
): Promise<readonly Final[]> => {
  const finals: Final[] = []
  for (const interval of intervals) {
    const topic = candles[interval].name
    await readTopic(kafka, prefix + topic, records => {
      for (const { key, value } of records)
        if (isFinal(value)) finals.push({ topic, key: String(key), value: String(value) })
    })
  }
  return finals
}

/** Windows whose newest final is not what the trades add up to, by sums that share no line with the product. */
export const wrongWindows = (
  { intervals }: AggregateOptions,
  ticks: readonly Tick[],
  finals: Finals
): readonly string[] => {
  const bySymbol = Map.groupBy(ticks.filter(isTrade), tick => tick.symbol)
  return [...bySymbol].flatMap(([symbol, trades]) =>
    intervals.flatMap(interval => {
      const published = (finals.get(`${candles[interval].name} binance:${symbol}`) ?? []).map(value =>
        JSON.parse(value)
      )
      const newest = new Map(published.map(candle => [candle.openTime, candle]))
      const until = Math.max(...published.map(candle => candle.closeTime))
      return oracleCandles(trades, interval, until)
        .filter(due => Object.entries(due).some(([name, value]) => newest.get(due.openTime)?.[name] !== value))
        .map(due => `${symbol} ${interval} ${due.openTime}: ${JSON.stringify(newest.get(due.openTime))}`)
    })
  )
}
