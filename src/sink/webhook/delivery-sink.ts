import type { Alert } from '../../market/records/alert/alert.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import type { Received, Sink } from '../../stream/sink.ts'
import { decodeRecord } from '../../stream/topic.ts'
import { alerts } from '../../topics.ts'
import { DELIVERY, type Delivery, deliver, firstTry } from './deliver.ts'

/** A stage that begins with a month of history would call people to what is long over. */
const TOO_OLD_MS = 86_400_000
const NO_BYTES = Buffer.alloc(0)

const report = (log: Logger, alert: Alert): void => {
  const { message, state } = alert
  if (state === 'firing') log.warn({ alert }, message)
  else log.info({ alert }, message)
}

const send = async (delivery: Delivery, values: readonly Received<Alert>[], signal: AbortSignal): Promise<void> => {
  const now = delivery.clock.now()
  const fresh = values.filter(({ value }) => now - value.time < TOO_OLD_MS)
  metrics.alertDeliveries.inc({ outcome: 'too_old' }, values.length - fresh.length)
  const tries = fresh.map(({ value, record }) => ({ record, value: firstTry(value, delivery.clock) }))
  await deliver(delivery, tries, signal)
}

/** The sink that logs each alert and, where there is a receiver, sends what is less than a day old. Positions follow what was sent, so an alert may be sent again. */
export const deliverySink = (log: Logger, delivery: Delivery | null): Sink<Alert> => ({
  name: DELIVERY,
  topics: [alerts.name],
  read: ({ value, timestamp }) => decodeRecord(alerts, value ?? NO_BYTES, timestamp),
  time: alert => alert.time,
  write: async ({ values }, signal) => {
    signal.throwIfAborted()
    for (const { value } of values) report(log, value)
    if (delivery) await send(delivery, values, signal)
    return 'written'
  },
  close: async () => undefined
})
