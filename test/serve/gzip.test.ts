import { gunzipSync, inflateRawSync } from 'node:zlib'
import { afterEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { beginGzip, endGzip, takesGzip } from '../../src/serve/http/gzip.ts'
import { closeGateways, filledGateway, get, WHERE } from '../support/ask-gateway.ts'
import { candleAt } from '../support/candles.ts'

afterEach(closeGateways)

describe('a stream of gzip', () => {
  test('that is begun once and ended in many ways is whole each time, in one member', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.array(fc.uint8Array({ maxLength: 300 })), (bytes, ends) => {
        const begun = beginGzip(bytes)
        for (const end of ends) {
          const packed = Buffer.concat(endGzip(begun, end))
          const wanted = Buffer.concat([bytes, end])
          expect(gunzipSync(packed).equals(wanted)).toBe(true)
          expect(inflateRawSync(packed.subarray(10)).equals(wanted)).toBe(true)
        }
      })
    )
  })

  test('may end in more than one block can hold as it is', () => {
    const end = Buffer.alloc(100_000, 'end')
    expect(gunzipSync(Buffer.concat(endGzip(beginGzip(Buffer.from('begun')), end))).toString()).toBe(`begun${end}`)
  })

  test.each([
    ['gzip', true],
    ['br, GZIP;q=0.5', true],
    ['*', true],
    ['deflate, br', false],
    ['gzip;q=0, *', false],
    ['gzip; q=0', false],
    ['x-gzipper', false],
    ['identity', false],
    ['', false],
    [undefined, false]
  ])('is taken where %j is accepted: %s', (accepted, isTaken) => {
    expect(takesGzip(accepted)).toBe(isTaken)
  })
})

describe('answers', () => {
  const packed = async (made: Awaited<ReturnType<typeof filledGateway>>, url: string, accepted: string) => {
    const answer = await get(made, url, { 'accept-encoding': accepted })
    const { headers } = answer
    return { ...answer, coding: headers.get('content-encoding'), size: Number(headers.get('content-length')) }
  }

  const scene = async () => {
    const made = await filledGateway()
    const candles = Array.from({ length: 1_200 }, (_, n) => candleAt(n))
    const ask = async (_: unknown, { limit }: { readonly limit: number }) => candles.slice(-limit)
    Object.assign(made.serving.liveTail.candles, { ask })
    return made
  }

  test.each([
    `/api/v1/candles?${WHERE}&limit=100`,
    `/api/v1/candles?${WHERE}&limit=1200`,
    `/api/v1/candles.csv?${WHERE}`,
    '/api/v3/klines?symbol=BTCUSDT&interval=1m',
    '/udf/history?symbol=BTC/USDT&resolution=1&to=1723261540&countback=500',
    '/openapi.json',
    '/metrics'
  ])('%s is packed for those who take it, and says the same', async url => {
    const made = await scene()
    const [zipped, plain] = [await packed(made, url, 'gzip'), await packed(made, url, 'identity')]
    expect([zipped.code, zipped.coding, plain.coding]).toEqual([200, 'gzip', null])
    expect(zipped.headers.get('vary')).toContain('accept-encoding')
    if (url !== '/metrics') expect(zipped.text).toBe(plain.text)
    expect(zipped.size).toBeLessThan(Buffer.byteLength(plain.text) / 3)
    const head = await fetch(made.url + url, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  test('that are short, and events, are sent as they are', async () => {
    const made = await scene()
    expect((await packed(made, '/api/v3/time', 'gzip')).coding).toBeNull()
    expect((await packed(made, `/api/v1/candles?${WHERE}&limit=1`, 'gzip')).coding).toBeNull()
    const gone = new AbortController()
    const url = `${made.url}/api/v1/stream?channel=candles`
    const events = await fetch(url, { headers: { 'accept-encoding': 'gzip' }, signal: gone.signal })
    expect(events.headers.get('content-encoding')).toBeNull()
    gone.abort()
  })
})
