import { epochMs } from '../../src/market/time.ts'
import { DAY } from '../support/market.ts'
import { createBroker } from './broker/broker.ts'
import { createFakeLogs, createKafkaClient } from './broker/client.ts'
import { createFaultInjector } from './world/injector.ts'
import { createJournal } from './world/journal.ts'
import { createRandom } from './world/random.ts'
import { beginProcess } from './world/simulated-process.ts'
import { createTimeline } from './world/timeline.ts'

/** A process of a stage and its cluster, in still injector; the process's clock goes so far ahead. */
export const oneProcess = (stage: string, aheadMs = 0) => {
  const timeline = createTimeline()
  const journal = createJournal(null)
  const random = createRandom(1)
  const around = { timeline, journal, startAt: epochMs(DAY), latencyMs: () => 1 }
  const life = beginProcess(
    stage,
    around,
    random,
    () => aheadMs,
    () => undefined
  )
  const broker = createBroker(timeline, random, epochMs(DAY))
  const world = { timeline, broker, injector: createFaultInjector(random, journal) }
  return { timeline, broker, life, random, kafka: createKafkaClient(life, world), logs: createFakeLogs(life, world) }
}
