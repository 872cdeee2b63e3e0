import { HttpError } from '@influxdata/influxdb-client'
import { describe, expect, test } from '@jest/globals'
import { epochMs } from '../../../src/market/time.ts'
import { explainError } from '../../../src/sink/influx/explain-error.ts'

const ASKED = { url: 'http://db:8086/path', org: 'tickstream', bucket: 'crypto-data' }
const NOW = epochMs(Date.UTC(2026, 10, 21, 12))

const answered = (status: number, retryAfter?: string) =>
  new HttpError(
    status,
    'Some Words',
    '{"message":"the words\\nof the server"}',
    retryAfter,
    'application/json',
    undefined,
    retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  )

const explain = (cause: unknown) => explainError(cause, ASKED, NOW)

describe('what an answer of InfluxDB means', () => {
  test.each([201, 400, 413, 422])('%i is bad data, in the words of the server on one line', status => {
    const error = explain(answered(status))
    expect(error).toMatchObject({ code: 'TS-INFLUX-REFUSED', retryable: false })
    expect(error.message).toContain(`${status} the words of the server`)
  })

  test.each([408, 425, 429, 500, 502, 503, 504])('%i passes', status => {
    expect(explain(answered(status))).toMatchObject({ code: 'TS-INFLUX-AWAY', retryable: true, retryAfterMs: 0 })
  })

  test.each([
    [401, 'set INFLUX_TOKEN to a token that may write to bucket crypto-data of organization tickstream'],
    [403, 'set INFLUX_TOKEN'],
    [404, 'create bucket crypto-data in organization tickstream, or set INFLUX_BUCKET and INFLUX_ORG'],
    [200, 'set INFLUX_URL to where InfluxDB 2 takes writes: db:8086 does not'],
    [301, 'set INFLUX_URL'],
    [405, 'set INFLUX_URL']
  ])('%i is a setting to mend: %s', (status, advice) => {
    const error = explain(answered(status))
    expect(error).toMatchObject({ code: 'TS-INFLUX-SETUP', retryable: false })
    expect(error.message).toContain(advice)
    expect(error.message).not.toContain('\n')
  })

  test.each([400, 404])('%i of something that is no InfluxDB says so, and is never bad data', status => {
    const page = new HttpError(status, 'Some Words', '<html>nginx</html>', undefined, 'text/html')
    const error = explain(page)
    expect(error).toMatchObject({ code: 'TS-INFLUX-SETUP', retryable: false })
    expect(error.message).toContain('set INFLUX_URL')
  })

  test.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', false, 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', false, 'another name'],
    ['CERT_HAS_EXPIRED', true, 'renew it']
  ])('%s is said as what it is', (code, retryable, words) => {
    const error = explain(Object.assign(new Error('TLS'), { code }))
    expect(error).toMatchObject({ retryable })
    expect(error.message).toContain(words)
    expect(error.message).not.toContain('does not answer')
  })

  test.each([
    ['7', 7_000],
    ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['soon', 0],
    ['999999999', 600_000]
  ])('Retry-After "%s" is %i milliseconds', (text, ms) => {
    const error = explain(answered(503, text))
    expect(error.retryAfterMs).toBe(ms)
    expect(error.message.includes('wants to be left alone')).toBe(ms > 0)
  })

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT'])(
    '%s is the way there, and passes',
    code => {
      const error = explain(Object.assign(new Error(`connect ${code}`), { code }))
      expect(error).toMatchObject({ code: 'TS-INFLUX-AWAY', retryable: true })
      expect(error.message).toBe(`InfluxDB at db:8086 does not answer: connect ${code}`)
    }
  )

  test('a name with several addresses says what each of them answered', () => {
    const error = explain(new AggregateError([new Error('connect ::1'), new Error('connect 127.0.0.1')]))
    expect(error.message).toContain('connect ::1, connect 127.0.0.1')
  })
})
