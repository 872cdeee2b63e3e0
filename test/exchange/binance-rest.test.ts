import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../src/exchange/binance/binance.ts'
import type { RestAnswer } from '../../src/exchange/rest-interface.ts'
import { answer } from '../ingest/fake-exchange.ts'

const { rest, refusals } = createBinance('binance')

describe('what this address has used', () => {
  const used = (headers: Readonly<Record<string, string>>) => rest.quota.used(answer(200, [], headers))

  test.each([
    ['1250', 1250],
    ['0', 0],
    ['', null],
    ['many', null]
  ])('is read from the header of the minute: %j is %p', (text, weight) => {
    expect(used({ 'x-mbx-used-weight-1m': text })).toBe(weight)
  })

  test('is not known without that header', () => {
    expect(used({ 'x-mbx-used-weight': '7' })).toBeNull()
  })
})

describe('a refusal', () => {
  const refusedFor = (status: number, body: unknown = '', headers: Readonly<Record<string, string>> = {}) =>
    rest.refusal(answer(status, body, headers))

  test.each([
    [429, { 'retry-after': '20' }, 20_000],
    [418, { 'retry-after': '99999999999' }, 259_200_000],
    [418, { 'retry-after': '0' }, 0],
    [429, { 'retry-after': '-5' }, 10_000],
    [429, { 'retry-after': 'soon' }, 10_000],
    [429, {}, 10_000]
  ] as const)('by %i with %j asks to be left alone for %d ms', (status, headers, waitMs) => {
    expect(refusedFor(status, '', headers)).toEqual({ kind: 'rate-limited', waitMs })
  })

  test.each([403, 451])('by %i is one of this address', status => {
    expect(refusedFor(status)).toEqual({ kind: 'blocked' })
  })

  test('by 400 says whether the symbol is unknown, or something else is wrong', () => {
    expect(refusedFor(400, { code: -1121, msg: 'Invalid symbol.' })).toEqual({ kind: 'unknown-symbol' })
    expect(refusedFor(400, { code: -1100 })).toEqual({ kind: 'bad-request' })
    expect(refusedFor(400, 'Bad Request')).toEqual({ kind: 'bad-request' })
  })

  test.each([200, 404, 500, 503])('is none by %i', status => {
    expect(refusedFor(status)).toBeNull()
  })

  test('of the place is told with the hosts that may serve it; a 429 needs no words', () => {
    expect(refusals.get(451)).toMatch(/legal reasons.*data-stream\.binance\.vision.*data-api\.binance\.vision/)
    expect(refusals.get(418)).toContain('banned')
    expect(refusals.get(403)).toContain('firewall')
    expect(refusals.has(429)).toBe(false)
  })
})

test('the time is what its clock says, or not told', () => {
  const time = (body: unknown): RestAnswer => answer(200, body)
  expect(rest.serverTime.request).toEqual({ path: '/api/v3/time', cost: 1 })
  expect(rest.serverTime.decode(time({ serverTime: 1_723_161_600_100 }))).toBe(1_723_161_600_100)
  expect(rest.serverTime.decode(time({}))).toBeNull()
  expect(rest.serverTime.decode(time('busy'))).toBeNull()
  expect(rest.ping).toEqual({ path: '/api/v3/ping', cost: 1 })
})
