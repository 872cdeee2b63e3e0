import type { FaultInjector } from '../world/injector.ts'
import type { Serve, SimulatedProcess } from '../world/simulated-process.ts'
import type { Timeline } from '../world/timeline.ts'
import type { Broker } from './broker.ts'
import { noAnswer } from './broker-error.ts'

/** What a client's parts work with: the cluster, as one process reaches it. */
export type Reach = {
  readonly life: SimulatedProcess
  readonly broker: Broker
  readonly injector: FaultInjector
  readonly timeline: Timeline
  /** Asks the broker; rejects while it is away. */
  readonly ask: <T>(serve: Serve<T>) => Promise<T>
}

export type World = Pick<Reach, 'broker' | 'injector' | 'timeline'>

/** As one process reaches it. */
export const createReach = (life: SimulatedProcess, { broker, injector, timeline }: World): Reach => ({
  life,
  timeline,
  broker,
  injector,
  ask: serve =>
    life.request((answer, refuse) => {
      if (injector.strikes('broker away')) return refuse(noAnswer())
      try {
        serve(answer, refuse)
      } catch (error) {
        refuse(error instanceof Error ? error : new Error(String(error)))
      }
    })
})
