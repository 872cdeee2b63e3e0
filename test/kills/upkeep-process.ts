import { TickstreamError } from '../../src/market/error.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import { keepPartitions } from '../../src/sink/postgres/partition/keep-partitions.ts'
import { openPartitions } from '../../src/sink/postgres/partition/partitions.ts'
import { createPool } from '../../src/sink/postgres/pool.ts'
import { postgresSink } from '../../src/sink/postgres/postgres-sink.ts'
import { topicPartitionKey } from '../../src/stream/sink.ts'
import { candleAt } from '../support/candles.ts'
import { incoming } from '../support/records.ts'
import { stepTime } from './market-steps.ts'

const place = { topic: 'ohlcv', partition: 0 }

const isLocked = (error: unknown): false => {
  if (error instanceof TickstreamError && error.retryable) return false
  throw error
}

/** `node upkeep-process.ts URL STEPS`: stores a batch every six hours of market time from where it stopped, and keeps partitions after each. */
const main = async (url: string, steps: number): Promise<void> => {
  const pool = createPool(url, 'kills', { access: 'write' })
  const { retention } = readConfig({})
  const log = createLog('kills', 'silent')
  const partitions = openPartitions({ pool, retention, clock: systemClock, log, health: createHealth() })
  const sink = postgresSink(pool, 'kills', partitions)
  for (;;) {
    const position = (await sink.positions!([place])).get(topicPartitionKey(place))?.next ?? null
    const step = Number(position ?? 0n)
    if (step >= steps) break
    const openTime = stepTime(step)
    const values = (['1s', '5s', '1m', '1h'] as const).map(interval => ({
      value: { kind: 'candle', candle: candleAt(0, { interval, openTime }) } as const,
      record: incoming()
    }))
    const advances = [{ ...place, stored: position, next: BigInt(step + 1) }]
    await sink.write({ values, advances }, new AbortController().signal)
    // What a killed one has locked is free in a moment; the last round has to succeed.
    while (!(await keepPartitions(pool, retention, openTime).then(() => true, isLocked)) && step === steps - 1);
  }
  await sink.close()
}

await main(process.argv[2]!, Number(process.argv[3]))
