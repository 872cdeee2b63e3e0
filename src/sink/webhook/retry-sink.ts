import type { AlertRetry } from '../../market/records/alert/alert-retry.ts'
import type { Sink } from '../../stream/sink.ts'
import { outgoing } from '../../stream/topic.ts'
import { alertRetries } from '../../topics.ts'
import { type Delivery, deliver } from './deliver.ts'

const NO_BYTES = Buffer.alloc(0)
/** What waits is looked at so often, for what has come behind it. */
const LOOK_EVERY_MS = 5_000

/** The sink that sends again what its receiver did not take. What is not due goes to the end of the topic, so that it keeps nothing waiting. */
export const retrySink = (delivery: Delivery): Sink<AlertRetry> => ({
  name: 'alert-delivery-retry',
  topics: [alertRetries.name],
  read: ({ value }) => alertRetries.codec.decode(value ?? NO_BYTES),
  time: () => null,
  write: async ({ values }, signal) => {
    if (values.length === 0) return 'written'
    const { clock, publisher } = delivery
    const earliest = Math.min(...values.map(({ value }) => value.notBefore))
    await clock.sleep(Math.min(LOOK_EVERY_MS, Math.max(0, earliest - clock.now())), signal)
    const now = clock.now()
    const [due, early] = [true, false].map(isDue => values.filter(({ value }) => value.notBefore <= now === isDue))
    await publisher.send((early ?? []).map(({ value }) => outgoing(alertRetries, value)))
    await deliver(delivery, due ?? [], signal)
    return 'written'
  },
  close: async () => undefined
})
