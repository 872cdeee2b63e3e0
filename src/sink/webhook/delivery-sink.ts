import type { Alert } from '../../market/alert.ts'
import type { Logger } from '../../runtime/log.ts'
import type { Sink } from '../../stream/sink.ts'
import { alerts } from '../../topics.ts'
import { DELIVERY, type Delivery, deliver, firstTry } from './deliver.ts'

const NO_BYTES = Buffer.alloc(0)

const tell = (log: Logger, alert: Alert): void => {
  const { message, state } = alert
  if (state === 'firing') log.warn({ alert }, message)
  else log.info({ alert }, message)
}

/** The sink that logs each alert and, where there is a receiver, sends it. Positions follow what was sent, so an alert may be sent again. */
export const deliverySink = (log: Logger, delivery: Delivery | null): Sink<Alert> => ({
  name: DELIVERY,
  topics: [alerts.name],
  read: ({ value }) => alerts.codec.decode(value ?? NO_BYTES),
  time: alert => alert.time,
  write: async ({ values }, signal) => {
    signal.throwIfAborted()
    for (const { value } of values) tell(log, value)
    if (delivery) {
      const tries = values.map(({ value, record }) => ({ record, value: firstTry(value, delivery.clock) }))
      await deliver(delivery, tries, signal)
    }
    return 'written'
  },
  close: async () => undefined
})
