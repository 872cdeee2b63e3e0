import { describe, expect, test } from '@jest/globals'
import { explainS3Error } from '../../src/lake/store/explain-s3-error.ts'

const PLACE = { bucket: 'market', endpoint: 'https://minio.example' }

const named = (name: string, status?: number): Error =>
  Object.assign(new Error('its words'), { name, ...(status ? { $metadata: { httpStatusCode: status } } : {}) })

describe('what an error of a bucket means', () => {
  test('a wrong clock is no wrong credential: it is waited for until the clock is right', () => {
    const error = explainS3Error(PLACE, named('RequestTimeTooSkewed', 403))
    expect(error).toMatchObject({ code: 'TS-LAKE-AWAY', retryable: true })
    expect(error.message).toContain('clock of this machine')
    expect(error.message).not.toContain('credentials')
  })

  test.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', true, 'renew it']
  ])('%s is said as what it is', (code, retryable, words) => {
    const error = explainS3Error(PLACE, Object.assign(named('Error'), { code }))
    expect(error).toMatchObject({ retryable })
    expect(error.message).toContain(words)
    expect(error.message).not.toContain('does not answer')
  })

  test('credentials that are refused are a setting, an outage passes', () => {
    expect(explainS3Error(PLACE, named('SomethingNew', 403))).toMatchObject({ code: 'TS-LAKE-SETUP' })
    expect(explainS3Error(PLACE, named('SlowDown', 503))).toMatchObject({ code: 'TS-LAKE-AWAY', retryable: true })
  })
})
