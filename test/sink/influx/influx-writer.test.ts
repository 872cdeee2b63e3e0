import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { systemClock } from '../../../src/runtime/clock.ts'
import { createInfluxWriter } from '../../../src/sink/influx/influx-writer.ts'
import { eventually } from '../../support/eventually.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { type InfluxServer, startInfluxServer } from './influx-server.ts'

const NEVER = new AbortController().signal
const LINE = 'ohlcv,symbol=BTC/USDT open=1.5 1723161540000'

let server: InfluxServer

beforeEach(async () => {
  server = await startInfluxServer()
})

afterEach(() => server.close())

const config = () => ({ url: server.url, token: server.token, org: 'an org', bucket: 'a&b' })
const writer = (more: Partial<ReturnType<typeof config>> = {}, clock = systemClock) =>
  createInfluxWriter({ ...config(), ...more }, clock)

describe('the writer to InfluxDB', () => {
  test('asks for organization, bucket and milliseconds, with its token', async () => {
    await writer()([LINE], NEVER)
    expect(server.requests).toEqual([
      {
        query: { path: '/api/v2/write', org: 'an org', bucket: 'a&b', precision: 'ms' },
        authorization: `Token ${server.token}`,
        isGzipped: false,
        lines: [LINE]
      }
    ])
  })

  test('sends what is large compressed, and all of it in one request', async () => {
    const lines = Array.from({ length: 2_000 }, (_, n) => `ohlcv,symbol=BTC/USDT open=1.5 ${1_723_161_540_000 + n}`)
    await writer()(lines, NEVER)
    expect(server.requests.map(({ isGzipped, lines: { length } }) => [isGzipped, length])).toEqual([[true, 2_000]])
    expect(server.points()).toHaveLength(2_000)
  })

  test('keeps the path of a server behind a proxy', async () => {
    await expect(writer({ url: `${server.url}/influx/` })([LINE], NEVER)).rejects.toThrow('404 path not found')
    expect(server.requests[0]?.query.path).toBe('/influx/api/v2/write')
  })

  test('an answer that is not 204 stores nothing that counts', async () => {
    server.answer(() => ({ status: 200, body: '<html>welcome</html>' }))
    await expect(writer()([LINE], NEVER)).rejects.toMatchObject({ code: 'TS-INFLUX-SETUP' })
    server.answer(() => ({ status: 201 }))
    await expect(writer()([LINE], NEVER)).rejects.toMatchObject({ code: 'TS-INFLUX-REFUSED' })
  })

  test('the server itself refuses a wrong token and a wrong line', async () => {
    await expect(writer({ token: 'wrong' })([LINE], NEVER)).rejects.toMatchObject({ code: 'TS-INFLUX-SETUP' })
    await expect(writer({ token: '' })([LINE], NEVER)).rejects.toThrow('set INFLUX_TOKEN')
    await expect(writer()([LINE, 'nonsense'], NEVER)).rejects.toMatchObject({ code: 'TS-INFLUX-REFUSED' })
    expect(server.points()).toEqual([])
  })

  test('nothing is tried again behind its back', async () => {
    server.answer(() => ({ status: 503, headers: { 'retry-after': '1' } }))
    const write = writer()
    await expect(write([LINE], NEVER)).rejects.toMatchObject({ retryable: true, retryAfterMs: 1_000 })
    server.answer(() => null)
    await write([LINE], NEVER)
    expect(server.requests).toHaveLength(2)
  })

  test('a connection that ends, and one that nobody takes, pass', async () => {
    server.answer(() => 'hang up')
    await expect(writer()([LINE], NEVER)).rejects.toMatchObject({ code: 'TS-INFLUX-AWAY', retryable: true })
    const nobody = await startInfluxServer()
    await nobody.close()
    await expect(writer({ url: nobody.url })([LINE], NEVER)).rejects.toMatchObject({ retryable: true })
  })

  test('a server that is silent is given up after a while, and its connection is closed', async () => {
    server.answer(() => 'silence')
    const clock = fakeClock()
    // Its ten seconds pass as soon as the server has the request.
    const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
      await eventually(() => server.requests.length === 1)
      await clock.sleep(ms, signal)
    }
    await expect(writer({}, { ...clock, sleep })([LINE], NEVER)).rejects.toThrow('has not answered within 10 s')
    await eventually(() => server.inWork() === 0)
    expect(clock.slept).toEqual([10_000])
  })

  test('the signal ends a request that is on its way, and begins none', async () => {
    server.answer(() => 'silence')
    const stopping = new AbortController()
    const attempt = writer()([LINE], stopping.signal)
    attempt.catch(() => undefined)
    await eventually(() => server.requests.length === 1)
    stopping.abort(new Error('stopped'))
    await expect(attempt).rejects.toThrow('stopped')
    await eventually(() => server.inWork() === 0)
    await expect(writer()([LINE], stopping.signal)).rejects.toThrow('stopped')
    expect(server.requests).toHaveLength(1)
  })

  test('a token that cannot be sent is a setting to mend', () => {
    expect(() => writer({ token: 'a\nb' })).toThrow('INFLUX_TOKEN')
  })
})
