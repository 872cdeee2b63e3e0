import type { Kafka, Producer } from 'kafkajs'
import { aggregate } from '../src/aggregate/aggregate.ts'
import { GARBAGE_BYTES } from '../src/cli/stage/aggregate.ts'
import { createKafka } from '../src/kafka/client/client.ts'
import { TaskManager } from '../src/kafka/task/task-manager.ts'
import type { Interval } from '../src/market/interval.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { readConfig } from '../src/runtime/config/read-config.ts'
import { keepGarbageWithin } from '../src/runtime/heap.ts'
import { createLog } from '../src/runtime/observe/log.ts'

/** The aggregate stage as it runs. Prints when it has taken its partitions, each position it has committed, and at SIGTERM what it used. */
const [brokers = '', prefix = '', intervals = '', guarantee = ''] = process.argv.slice(2)

const say = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`)

const log = createLog('aggregate', 'warn')
const { compression } = readConfig(process.env).kafka
const kafka = createKafka({ brokers: brokers.split(','), ssl: false, sasl: null, compression }, 'aggregate', log)
const stop = new AbortController()
process.on('SIGTERM', () => stop.abort())

/** The same loop without transactions, to see what they cost: what is sent is there at once, and may come again after a crash. */
const atLeastOnce = (client: Kafka): Kafka => {
  const create = client.producer.bind(client)
  client.producer = config => {
    const producer = create({
      idempotent: true,
      maxInFlightRequests: 1,
      ...(config?.createPartitioner ? { createPartitioner: config.createPartitioner } : {})
    })
    const nothing = async (): Promise<void> => undefined
    const plain = { sendBatch: producer.sendBatch, commit: nothing, abort: nothing, isActive: () => false }
    return Object.assign(producer, { transaction: async () => plain }) as unknown as Producer
  }
  return client
}

keepGarbageWithin(GARBAGE_BYTES)

let finals = 0
let cpu = process.cpuUsage()

await new TaskManager({
  topology: aggregate({ intervals: intervals.split(',') as Interval[], gapHoldMs: 60_000, revisionHorizonMs: 600_000 }),
  kafka: guarantee === 'at-least-once' ? atLeastOnce(kafka) : kafka,
  prefix,
  commitEveryMs: 100,
  clock: systemClock,
  log,
  health: {
    report: (_, problem) => {
      if (problem !== null) return
      cpu = process.cpuUsage()
      say({ taken: Date.now(), afterSeconds: Number((systemClock.monotonicMs() / 1000).toFixed(2)) })
    },
    problems: () => [],
    note: () => undefined,
    notes: () => []
  },
  signal: stop.signal,
  onCommit: (partition, { raw_ticks: offset }) => say({ partition, offset: Number(offset), at: Date.now() }),
  observe: candles => {
    for (const candle of candles) if (candle.final) finals++
  }
}).start()
const used = process.cpuUsage(cpu)
say({
  cpuSeconds: (used.user + used.system) / 1e6,
  peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  finals
})
process.exit(0)
