import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { WebhookConfig } from '../../../src/runtime/config/config.ts'
import { createPostAlert, webhookBody } from '../../../src/sink/webhook/post-alert.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { alertOf } from './alerts.ts'
import { startReceiver } from './receiver.ts'

const NEVER = new AbortController().signal
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const receiver = async (status: number, headers: Readonly<Record<string, string>> = {}) => {
  const started = await startReceiver(() => ({ status, headers }))
  closing.push(started.close)
  return started
}

const post = (url: string, more: Partial<WebhookConfig> = {}, clock = fakeClock()) =>
  createPostAlert({ url, secret: null, format: 'json', ...more }, clock)(alertOf(0), NEVER)

describe('a webhook', () => {
  test('gets the alert as it stands in the topic, with a key to tell repetitions by, signed over its very bytes', async () => {
    const { url, received } = await receiver(200)
    expect(await post(url, { secret: 'hush' })).toEqual({ kind: 'taken' })
    const [{ body, headers, path }] = received as [(typeof received)[number]]
    expect(JSON.parse(body)).toEqual(alertOf(0))
    expect(path).toBe('/hook?token=hush')
    expect(headers['content-type']).toMatch('application/json')
    expect(headers['idempotency-key']).toBe(`${alertOf(0).id}-firing`)
    expect(headers['x-tickstream-signature']).toBe(`sha256=${createHmac('sha256', 'hush').update(body).digest('hex')}`)
  })

  test('gets no signature where there is no secret', async () => {
    const { url, received } = await receiver(204)
    await post(url)
    expect(received[0]?.headers).not.toHaveProperty('x-tickstream-signature')
  })

  test.each([408, 409, 425, 429, 500, 502, 503])('that answers %d is asked again later', async status => {
    const { url } = await receiver(status)
    expect(await post(url)).toEqual({ kind: 'later', detail: `the receiver answers ${status}`, retryAfterMs: 0 })
  })

  test.each([301, 400, 401, 404, 410])('that answers %d has refused', async status => {
    const { url } = await receiver(status, { location: 'http://127.0.0.1:1/' })
    expect(await post(url)).toMatchObject({
      kind: 'refused',
      detail: expect.stringContaining(`the receiver answers ${status}`)
    })
  })

  test.each([
    [301, 'has moved; set ALERT_WEBHOOK_URL'],
    [401, 'does not let us in'],
    [404, 'correct ALERT_WEBHOOK_URL']
  ])('that answers %d says what to set right', async (status, words) => {
    const { url } = await receiver(status, { location: 'http://127.0.0.1:1/' })
    expect(await post(url)).toMatchObject({ detail: expect.stringContaining(words) })
  })

  test.each([
    ['120', 120_000],
    [new Date(1_700_000_090_000).toUTCString(), 90_000],
    [new Date(1_600_000_000_000).toUTCString(), 0],
    ['soon', 0]
  ])('says when, by Retry-After: %s', async (header, retryAfterMs) => {
    const { url } = await receiver(429, { 'retry-after': header })
    expect(await post(url)).toMatchObject({ kind: 'later', retryAfterMs })
  })

  test('that is not there is asked again later, and its address is told to nobody', async () => {
    const { url, close } = await startReceiver(() => ({ status: 200 }))
    await close()
    const answer = await post(url)
    expect(answer).toEqual({ kind: 'later', detail: expect.stringContaining('ECONNREFUSED'), retryAfterMs: 0 })
    expect(JSON.stringify(answer)).not.toContain('hush')
  })

  test('is let go when the stage is stopped', async () => {
    const { url } = await receiver(200)
    const stopped = AbortSignal.abort(new Error('stopped'))
    const asked = createPostAlert({ url, secret: null, format: 'json' }, fakeClock())(alertOf(0), stopped)
    await expect(asked).rejects.toThrow('stopped')
  })
})

describe('the body for', () => {
  const url = 'https://api.telegram.org/bot1:x/sendMessage?chat_id=-100'
  const body = (format: WebhookConfig['format'], more = {}) =>
    JSON.parse(webhookBody({ url, secret: null, format }, alertOf(0, more)))
  const line = 'firing (high): binance:BTC/USDT: price 61686.5 is above 61000 [price-btc]'

  test('slack is text, in which nothing is markup', () => {
    expect(body('slack').text).toContain(line)
    expect(body('slack', { message: '<!channel> & co' }).text).toContain('&lt;!channel&gt; &amp; co')
  })

  test('discord is content that calls nobody', () => {
    expect(body('discord')).toEqual({ content: expect.stringContaining(line), allowed_mentions: { parse: [] } })
  })

  test('telegram names the chat of the address', () => {
    expect(body('telegram')).toEqual({ chat_id: '-100', text: expect.stringContaining(line) })
  })

  test('what is resolved looks otherwise than what fires', () => {
    expect(body('slack', { state: 'resolved' }).text).toMatch(/^🟢 resolved/u)
    expect(body('slack').text).toMatch(/^🔴 firing/u)
  })
})
