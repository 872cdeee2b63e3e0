import type { Life, Serve } from '../world/life.ts'
import type { Timeline } from '../world/timeline.ts'
import type { Weather } from '../world/weather.ts'
import type { Broker } from './broker.ts'
import { noAnswer } from './broker-error.ts'

/** What a client's parts work with: the cluster, as one process reaches it. */
export type Reach = {
  readonly life: Life
  readonly broker: Broker
  readonly weather: Weather
  readonly timeline: Timeline
  /** Asks the broker; rejects while it is away. */
  readonly ask: <T>(serve: Serve<T>) => Promise<T>
}

export type World = Pick<Reach, 'broker' | 'weather' | 'timeline'>

/** As one process reaches it. */
export const createReach = (life: Life, { broker, weather, timeline }: World): Reach => ({
  life,
  timeline,
  broker,
  weather,
  ask: serve =>
    life.request((answer, refuse) => {
      if (weather.strikes('broker away')) return refuse(noAnswer())
      try {
        serve(answer, refuse)
      } catch (error) {
        refuse(error instanceof Error ? error : new Error(String(error)))
      }
    })
})
