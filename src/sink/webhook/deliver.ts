import type { Alert } from '../../market/records/alert/alert.ts'
import { alertKey } from '../../market/records/alert/alert.ts'
import type { AlertRetry } from '../../market/records/alert/alert-retry.ts'
import { epochMs } from '../../market/time.ts'
import { backOffMs } from '../../runtime/back-off.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { metrics } from '../../runtime/observe/metrics.ts'
import { deadLetterOf } from '../../stream/dead-letter-of.ts'
import type { Received } from '../../stream/sink.ts'
import { outgoing, type Publisher } from '../../stream/topic.ts'
import { alertRetries, alerts, deadLetters } from '../../topics.ts'
import type { PostAlert } from './post-alert.ts'

/** What alerts are delivered with. */
export type Delivery = {
  readonly post: PostAlert
  /** Takes those that are to be sent again, and dead letters. */
  readonly publisher: Publisher
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
}

export const DELIVERY = 'alert-delivery'

const BACK_OFF = { firstMs: 1_000, mostMs: 120_000 }
/** A receiver that has not taken an alert by then does not get it. */
const GIVE_UP_AFTER_MS = 600_000
const AT_ONCE = 8

const deadLetter = async (
  { publisher, clock, log }: Delivery,
  { record: { topic, partition, offset }, value: { alert } }: Received<AlertRetry>,
  reason: 'webhook-refused' | 'webhook-unreachable',
  detail: string
): Promise<void> => {
  metrics.alertDeliveries.inc({ outcome: 'given_up' })
  metrics.deadLetters.inc({ stage: DELIVERY, reason })
  log.error({ id: alert.id, state: alert.state, detail }, 'an alert is not delivered, and is set aside')
  const about = { stage: DELIVERY, reason, detail, origin: { topic, partition, offset }, receivedAt: clock.now() }
  await publisher.send([outgoing(deadLetters, deadLetterOf(about, Buffer.from(alerts.codec.encode(alert))))])
}

const putOff = async (
  { publisher, clock, log, random }: Delivery,
  { alert, tries, since }: AlertRetry,
  detail: string,
  retryAfterMs: number
): Promise<void> => {
  metrics.alertDeliveries.inc({ outcome: 'put_off' })
  const waitMs = Math.max(retryAfterMs, Math.ceil(backOffMs(tries, BACK_OFF, random)))
  const now = clock.now()
  const notBefore = epochMs(Math.min(now + waitMs, Math.max(now, since + GIVE_UP_AFTER_MS)))
  log.info({ id: alert.id, state: alert.state, detail, tries: tries + 1, waitMs }, 'an alert is sent again later')
  await publisher.send([outgoing(alertRetries, { alert, tries: tries + 1, since, notBefore })])
}

const deliverOne = async (delivery: Delivery, received: Received<AlertRetry>, signal: AbortSignal): Promise<void> => {
  const { value } = received
  const answer = await delivery.post(value.alert, signal)
  if (answer.kind === 'taken') metrics.alertDeliveries.inc({ outcome: 'delivered' })
  else if (answer.kind === 'refused') await deadLetter(delivery, received, 'webhook-refused', answer.detail)
  else if (delivery.clock.now() - value.since >= GIVE_UP_AFTER_MS)
    await deadLetter(delivery, received, 'webhook-unreachable', `${answer.detail}, ${value.tries + 1} times`)
  else await putOff(delivery, value, answer.detail, answer.retryAfterMs)
}

/** A first try. */
export const firstTry = (alert: Alert, clock: Clock): AlertRetry => {
  const now = clock.now()
  return { alert, tries: 0, since: now, notBefore: now }
}

/**
 * Sends alerts, a few side by side, those about the same one after the other. Resolves when each is taken, waits in
 * `alert-retries_state` for its next try, or is a dead letter: none of them keeps another waiting.
 */
export const deliver = async (
  delivery: Delivery,
  values: readonly Received<AlertRetry>[],
  signal: AbortSignal
): Promise<void> => {
  const lines = [...Map.groupBy(values, ({ value }) => alertKey(value.alert)).values()]
  const work = async (): Promise<void> => {
    for (let line = lines.shift(); line; line = lines.shift())
      for (const received of line) await deliverOne(delivery, received, signal)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}
