import { describe, expect, test } from '@jest/globals'
import { exchangeById } from '../../src/exchange/registry.ts'
import type { RestRequest } from '../../src/exchange/rest-interface.ts'
import { createAsk, createAskSessions } from '../../src/ingest/listings/ask-list.ts'
import { createFactsOf } from '../../src/ingest/listings/instrument-records.ts'
import { parseInstrument } from '../../src/market/instrument.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { silent } from '../support/silent.ts'

const WEEK = [{ from: 1_761_177_600_000, to: 1_761_206_400_000, type: 'OVERNIGHT' }]
const SCHEDULE = {
  marketSchedules: { EQUITY: { sessions: WEEK.map(({ from, to, type }) => ({ startTime: from, endTime: to, type })) } }
}
const contract = (base: string, contractType: string, underlyingType: string) => ({
  symbol: `${base}USDT`,
  status: 'TRADING',
  baseAsset: base,
  quoteAsset: 'USDT',
  marginAsset: 'USDT',
  contractType,
  underlyingType,
  filters: []
})
const LIST = {
  symbols: [
    contract('BTC', 'PERPETUAL', 'COIN'),
    contract('TSLA', 'TRADIFI_PERPETUAL', 'EQUITY'),
    contract('SAMSUNG', 'TRADIFI_PERPETUAL', 'KR_EQUITY')
  ]
}

/** An exchange that answers these paths. */
const openList = (id: string, symbols: readonly string[], answers: Record<string, unknown>) => {
  const asked: string[] = []
  const ask = async ({ path }: RestRequest): Promise<unknown> => {
    asked.push(path)
    const answer = answers[path]
    if (answer === undefined) throw new Error(`${path} is away`)
    return answer
  }
  const instruments = symbols.map(symbol => parseInstrument(`${id}:${symbol}`))
  const options = {
    exchange: exchangeById(id),
    instruments,
    rest: { ask },
    clock: fakeClock(),
    log: silent,
    signal: new AbortController().signal
  }
  const askList = createAsk(options)
  const askSessions = createAskSessions(options)
  const factsOf = createFactsOf(options)
  return {
    asked,
    answers,
    facts: async () => {
      const answer = await askList()
      return answer === null ? [] : factsOf(answer, await askSessions(answer.listed))
    }
  }
}

describe('the list of an exchange with trading sessions', () => {
  const [INFO, CALENDAR] = ['/fapi/v1/exchangeInfo', '/fapi/v1/tradingSchedule']
  const SYMBOLS = ['BTC/USDT:USDT', 'TSLA/USDT:USDT', 'SAMSUNG/USDT:USDT']

  test('tells the sessions of those whose class of assets the calendar names, and none of others', async () => {
    const { facts } = openList('binanceusdm', SYMBOLS, { [INFO]: LIST, [CALENDAR]: SCHEDULE })
    expect((await facts()).map(({ symbol, sessions }) => [symbol, sessions])).toEqual([
      ['BTC/USDT:USDT', null],
      ['TSLA/USDT:USDT', WEEK],
      ['SAMSUNG/USDT:USDT', null]
    ])
  })

  test('is not asked for them where nothing that is followed has any', async () => {
    const { asked, facts } = openList('binanceusdm', SYMBOLS.slice(0, 1), { [INFO]: LIST, [CALENDAR]: SCHEDULE })
    await facts()
    expect(asked).toEqual([INFO])
  })

  test('keeps those that it told last while the calendar cannot be read', async () => {
    const { answers, facts } = openList('binanceusdm', SYMBOLS, { [INFO]: LIST, [CALENDAR]: SCHEDULE })
    await facts()
    delete answers[CALENDAR]
    expect((await facts())[1]).toMatchObject({ symbol: 'TSLA/USDT:USDT', sessions: WEEK })
  })

  test('tells of everything else while no calendar was ever read', async () => {
    const { facts } = openList('binanceusdm', SYMBOLS, { [INFO]: LIST })
    expect((await facts())[1]).toMatchObject({ symbol: 'TSLA/USDT:USDT', status: 'TRADING', sessions: null })
  })
})

test('a list that stands in two parts is asked for both where both are followed', async () => {
  const row = (more: object) => ({ symbol: 'BTCUSDT', baseCoin: 'BTC', quoteCoin: 'USDT', status: 'Trading', ...more })
  const part = (category: string, more: object) => ({ retCode: 0, result: { category, list: [row(more)] } })
  const PATH = '/v5/market/instruments-info?category='
  const { facts } = openList('bybit', ['BTC/USDT', 'BTC/USDT:USDT', 'XRP/USDT'], {
    [`${PATH}linear&limit=1000`]: part('linear', { settleCoin: 'USDT', contractType: 'LinearPerpetual' }),
    [`${PATH}spot&limit=1000`]: part('spot', {})
  })
  expect((await facts()).map(({ symbol, type }) => [symbol, type])).toEqual([
    ['BTC/USDT', 'spot'],
    ['BTC/USDT:USDT', 'swap']
  ])
})

test('what an earlier run knew of a symbol that is gone by now is told as delisted', async () => {
  const { exchange, ...gone } = parseInstrument('binanceusdm:FOO/USDT:USDT')
  const known = { exchange, ...gone, native: 'FOOUSDT', status: 'TRADING', delisted: false } as never
  const factsOf = createFactsOf({
    exchange: exchangeById(exchange),
    instruments: [{ exchange, ...gone }],
    knownFacts: [known]
  })
  const answer = { statuses: [null], listed: [], askedAt: fakeClock().now() }
  expect(factsOf(answer, new Map())).toEqual([
    { exchange, ...gone, native: 'FOOUSDT', status: null, delisted: true, checkedAt: answer.askedAt }
  ])
})
