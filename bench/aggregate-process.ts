import { aggregate } from '../src/aggregate/aggregate.ts'
import { createKafka } from '../src/kafka/client.ts'
import { TopologyRunner } from '../src/kafka/run-topology.ts'
import { INTERVALS, type Interval } from '../src/market/interval.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { createLog } from '../src/runtime/log.ts'

/** The aggregate stage as it runs, which ends when the positions of its input have reached `ends` and prints what it used. */
const [brokers = '', prefix = '', ends = '{}', intervals = INTERVALS.join(',')] = process.argv.slice(2)

const log = createLog('aggregate', 'warn')
const kafka = createKafka({ brokers: brokers.split(','), ssl: false, sasl: null }, 'aggregate', log)
const topology = aggregate({
  intervals: intervals.split(',') as Interval[],
  gapHoldMs: 60_000,
  revisionHorizonMs: 600_000
})
const waiting = new Map(
  Object.entries(JSON.parse(ends) as Record<string, string>).map(([partition, end]) => [Number(partition), Number(end)])
)
const done = new AbortController()
let startedAt = 0
let cpu = process.cpuUsage()
let finals = 0

/** The clock starts when the partitions are taken, before the first record is fetched. */
const begin = (_: string, problem: string | null): void => {
  if (problem !== null) return
  startedAt = systemClock.monotonicMs()
  cpu = process.cpuUsage()
}

const onCommit = (partition: number, nextOffset: string): void => {
  if (Number(nextOffset) >= (waiting.get(partition) ?? 0)) waiting.delete(partition)
  if (waiting.size > 0 || done.signal.aborted) return
  const used = process.cpuUsage(cpu)
  const figures = {
    takenAfterSeconds: Number((startedAt / 1000).toFixed(2)),
    seconds: (systemClock.monotonicMs() - startedAt) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    finals
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  done.abort()
}

await new TopologyRunner({
  topology,
  kafka,
  prefix,
  commitEveryMs: 100,
  clock: systemClock,
  log,
  health: { report: begin, problems: () => [] },
  signal: done.signal,
  onCommit,
  observe: candles => {
    for (const candle of candles) if (candle.final) finals++
  }
}).start()
process.exit(0)
