import { epochMs } from '../../src/market/time.ts'
import { DAY } from '../support/market.ts'
import { createBroker } from './broker/broker.ts'
import { createFakeLogs, createKafkaClient } from './broker/client.ts'
import { createJournal } from './world/journal.ts'
import { beginLife } from './world/life.ts'
import { createRandom } from './world/random.ts'
import { createTimeline } from './world/timeline.ts'
import { createWeather } from './world/weather.ts'

/** A process of a stage and its cluster, in still weather; the process's clock goes so far ahead. */
export const oneProcess = (stage: string, aheadMs = 0) => {
  const timeline = createTimeline()
  const journal = createJournal(null)
  const random = createRandom(1)
  const around = { timeline, journal, startAt: epochMs(DAY), latencyMs: () => 1 }
  const life = beginLife(
    stage,
    around,
    random,
    () => aheadMs,
    () => undefined
  )
  const broker = createBroker(timeline, random, epochMs(DAY))
  const world = { timeline, broker, weather: createWeather(random, journal) }
  return { timeline, broker, life, random, kafka: createKafkaClient(life, world), logs: createFakeLogs(life, world) }
}
