import { describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { Alert } from '../../../src/market/records/alert/alert.ts'
import type { AlertRetry } from '../../../src/market/records/alert/alert-retry.ts'
import { epochMs } from '../../../src/market/time.ts'
import type { Delivery } from '../../../src/sink/webhook/deliver.ts'
import { deliverySink } from '../../../src/sink/webhook/delivery-sink.ts'
import type { PostAlert } from '../../../src/sink/webhook/post-alert.ts'
import { retrySink } from '../../../src/sink/webhook/retry-sink.ts'
import type { Outgoing } from '../../../src/stream/topic.ts'
import { alertRetries, alerts, deadLetters } from '../../../src/topics.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { alertOf, receivedAs } from './alerts.ts'

const NEVER = new AbortController().signal
const LATER = { kind: 'later', detail: 'the receiver answers 503', retryAfterMs: 0 } as const

const scene = (post: PostAlert) => {
  const clock = fakeClock(alertOf(0).time)
  const sent: Outgoing[] = []
  const said: { level: number; msg: string }[] = []
  const log = pino({ level: 'info' }, { write: text => void said.push(JSON.parse(text)) })
  const publisher = { send: async (of: readonly Outgoing[]) => void sent.push(...of), close: async () => undefined }
  const delivery: Delivery = { post, publisher, clock, log, random: () => 1 }
  const first = deliverySink(log, delivery)
  const again = retrySink(delivery)
  const deliver = (of: readonly Alert[]) =>
    first.write({ values: of.map((alert, n) => receivedAs(alert, n)), advances: [] }, NEVER)
  const retries = (): readonly AlertRetry[] =>
    sent
      .filter(({ topic }) => topic === alertRetries.name)
      .map(({ value }) => alertRetries.codec.decode(Buffer.from(value ?? '')))
  const letters = () =>
    sent
      .filter(({ topic }) => topic === deadLetters.name)
      .map(({ value }) => deadLetters.codec.decode(Buffer.from(value ?? '')))
  /** Hands over what waits, as the topic would, until nothing does. */
  const playRetries = async (): Promise<void> => {
    for (let waiting = retries(); waiting.length > 0; waiting = retries()) {
      const others = sent.filter(({ topic }) => topic !== alertRetries.name)
      sent.splice(0, sent.length, ...others)
      await again.write({ values: waiting.map(one => receivedAs(one)), advances: [] }, NEVER)
    }
  }
  return { clock, sent, said, deliver, retries, letters, playRetries, again }
}

describe('an alert', () => {
  test('is told in the log, firing louder than resolved, and sent', async () => {
    const posted: string[] = []
    const { deliver, said, sent } = scene(async ({ state }) => {
      posted.push(state)
      return { kind: 'taken' }
    })
    await deliver([alertOf(0), alertOf(0, { state: 'resolved', message: 'over' })])
    expect(said.map(({ level, msg }) => [level, msg])).toEqual([
      [40, alertOf(0).message],
      [30, 'over']
    ])
    expect(posted).toEqual(['firing', 'resolved'])
    expect(sent).toEqual([])
  })

  test('is told in the log alone where there is no receiver', async () => {
    const said: unknown[] = []
    const sink = deliverySink(pino({ level: 'info' }, { write: text => void said.push(text) }), null)
    expect(await sink.write({ values: [receivedAs(alertOf(0))], advances: [] }, NEVER)).toBe('written')
    expect(said).toHaveLength(1)
  })

  test('of the day before is told in the log alone', async () => {
    const posted: string[] = []
    const { deliver, said } = scene(async ({ id }) => {
      posted.push(id)
      return { kind: 'taken' }
    })
    const old = alertOf(-86_400_000)
    await deliver([old, alertOf(1 - 86_400_000)])
    expect(said).toHaveLength(2)
    expect(posted).toEqual([alertOf(1 - 86_400_000).id])
  })

  test('that is refused is a dead letter with its bytes and its origin, and stops no other', async () => {
    const bad = alertOf(1)
    const { deliver, letters, retries } = scene(async ({ id }) =>
      id === bad.id ? { kind: 'refused', detail: 'the receiver answers 400' } : { kind: 'taken' }
    )
    await deliver([alertOf(0), bad, alertOf(2)])
    expect(letters()).toEqual([
      expect.objectContaining({
        stage: 'alert-delivery',
        reason: 'webhook-refused',
        detail: 'the receiver answers 400',
        origin: { topic: 'alerts', partition: 1, offset: '1' },
        payload: Buffer.from(alerts.codec.encode(bad)).toString('base64')
      })
    ])
    expect(retries()).toEqual([])
  })

  test('that is not taken waits for its next try beside the others, which go on', async () => {
    const posted: string[] = []
    const stuck = alertOf(0)
    const { deliver, retries, clock } = scene(async ({ id }) => {
      posted.push(id)
      return id === stuck.id ? { ...LATER, retryAfterMs: 30_000 } : { kind: 'taken' }
    })
    await deliver([stuck, alertOf(1)])
    expect(posted).toEqual([stuck.id, alertOf(1).id])
    const now = clock.now()
    expect(retries()).toEqual([{ alert: stuck, tries: 1, since: now, notBefore: now + 30_000 }])
    expect(clock.slept).toEqual([])
  })

  test('is tried again ever more rarely for ten minutes, and is then a dead letter', async () => {
    const at: number[] = []
    const { deliver, playRetries, letters, clock } = scene(async () => {
      at.push((clock.now() - alertOf(0).time) / 1_000)
      return LATER
    })
    await deliver([alertOf(0)])
    await playRetries()
    expect(at).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 247, 367, 487, 600])
    expect(letters()).toEqual([
      expect.objectContaining({ reason: 'webhook-unreachable', detail: 'the receiver answers 503, 12 times' })
    ])
  })

  test('is not tried before its receiver wants it, and once more at the end of its time where that is later still', async () => {
    const at: number[] = []
    const { deliver, playRetries, clock } = scene(async () => {
      at.push((clock.now() - alertOf(0).time) / 1_000)
      return { ...LATER, retryAfterMs: at.length === 1 ? 100_000 : 86_400_000 }
    })
    await deliver([alertOf(0)])
    await playRetries()
    expect(at).toEqual([0, 100, 600])
  })

  test('that the receiver takes in the end is done with', async () => {
    let tries = 0
    const { deliver, playRetries, letters } = scene(async () => (++tries < 4 ? LATER : { kind: 'taken' }))
    await deliver([alertOf(0)])
    await playRetries()
    expect(tries).toBe(4)
    expect(letters()).toEqual([])
  })
})

describe('what waits', () => {
  const waiting = (n: number, seconds: number): AlertRetry => ({
    alert: alertOf(n),
    tries: 1,
    since: alertOf(0).time,
    notBefore: epochMs(alertOf(0).time + seconds * 1_000)
  })

  test('for long goes to the end of the line, and what is due is sent', async () => {
    const posted: string[] = []
    const { again, retries, clock } = scene(async ({ id }) => {
      posted.push(id)
      return { kind: 'taken' }
    })
    await again.write({ values: [receivedAs(waiting(0, 400)), receivedAs(waiting(1, 2))], advances: [] }, NEVER)
    expect(posted).toEqual([alertOf(1).id])
    expect(retries()).toEqual([waiting(0, 400)])
    expect(clock.slept).toEqual([2_000])
  })

  test('is looked at every few seconds, for what has come behind it', async () => {
    const { again, retries, clock } = scene(async () => ({ kind: 'taken' }))
    await again.write({ values: [receivedAs(waiting(0, 400))], advances: [] }, NEVER)
    expect(clock.slept).toEqual([5_000])
    expect(retries()).toEqual([waiting(0, 400)])
  })

  test('stays where it is when the stage stops', async () => {
    const { again, sent } = scene(async () => ({ kind: 'taken' }))
    const stopped = AbortSignal.abort(new Error('stopped'))
    await expect(again.write({ values: [receivedAs(waiting(0, 400))], advances: [] }, stopped)).rejects.toThrow(
      'stopped'
    )
    expect(sent).toEqual([])
  })
})
