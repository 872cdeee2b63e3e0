import { describe, expect, test } from '@jest/globals'
import { baseUrls, hasOwnUrls, urlSettings } from '../../src/exchange/base-urls.ts'
import { EXCHANGES, exchangeById } from '../../src/exchange/registry.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'

const OWN = { ws: 'ws://127.0.0.1:1', rest: 'http://127.0.0.1:2' }

describe.each(EXCHANGES)('the bases of $id', exchange => {
  test('are the public ones, which are encrypted', () => {
    const { exchangeUrls } = readConfig({})
    const { ws, rest } = baseUrls(exchange, exchangeUrls)
    expect(hasOwnUrls(exchange, exchangeUrls)).toBe(false)
    expect(ws).toMatch(/^wss:\/\/[a-z0-9.-]+(:\d+)?$/)
    expect(rest).toMatch(/^https:\/\/[a-z0-9.-]+(:\d+)?$/)
  })

  test('are what its settings say, each by itself', () => {
    const settings = urlSettings(exchange, OWN)
    const { exchangeUrls } = readConfig(settings)
    expect(baseUrls(exchange, exchangeUrls)).toEqual(OWN)
    const { ws, rest } = exchange.urls
    for (const name of [ws.setting, rest.setting]) {
      const one = readConfig({ [name]: settings[name] }).exchangeUrls
      expect(Object.keys(one)).toEqual([name])
      expect(hasOwnUrls(exchange, one)).toBe(true)
    }
  })

  test('cannot be of another protocol', () => {
    const { ws, rest } = exchange.urls
    expect(() => readConfig({ [ws.setting]: OWN.rest, [rest.setting]: OWN.ws })).toThrow(
      new RegExp(`${ws.setting}: .*wss://.*\\n.*${rest.setting}: .*https://`)
    )
  })
})

test('Binance is reached where its documentation says', () => {
  expect(baseUrls(exchangeById('binance'), {})).toEqual({
    ws: 'wss://stream.binance.com:9443',
    rest: 'https://api.binance.com'
  })
})
