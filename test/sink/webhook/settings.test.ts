import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readConfig } from '../../../src/runtime/config/read-config.ts'

const URL = 'https://hooks.example.com/services/T0/hush/'

describe('settings of the webhook', () => {
  test('none: alerts are sent nowhere', () => {
    expect(readConfig({}).alertWebhook).toBeNull()
  })

  test('an address alone is posted the records, unsigned; it stays as it was written', () => {
    const { alertWebhook } = readConfig({ ALERT_WEBHOOK_URL: URL })
    expect(alertWebhook).toEqual({ url: URL, secret: null, format: 'json' })
  })

  test('address and secret are read from files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tickstream-webhook-'))
    const fileOf = (name: string, text: string): string => {
      writeFileSync(join(folder, name), `${text}\n`)
      return join(folder, name)
    }
    const env = {
      ALERT_WEBHOOK_URL_FILE: fileOf('url', URL),
      ALERT_WEBHOOK_SECRET_FILE: fileOf('secret', 'hush'),
      ALERT_WEBHOOK_FORMAT: 'slack'
    }
    expect(readConfig(env).alertWebhook).toEqual({ url: URL, secret: 'hush', format: 'slack' })
    rmSync(folder, { recursive: true })
  })

  test.each([
    [{ ALERT_WEBHOOK_URL: 'ftp://hush' }, 'ALERT_WEBHOOK_URL'],
    [{ ALERT_WEBHOOK_URL: URL, ALERT_WEBHOOK_FORMAT: 'teams' }, 'json, slack, discord, telegram'],
    [
      { ALERT_WEBHOOK_URL: 'https://api.telegram.org/bot1:hush/sendMessage', ALERT_WEBHOOK_FORMAT: 'telegram' },
      'chat_id'
    ]
  ])('%j are refused; the address is not shown', (env, says) => {
    expect(() => readConfig(env)).toThrow(says)
    expect(() => readConfig(env)).not.toThrow('hush')
  })
})
