import { expect, test } from '@jest/globals'
import { epochMs } from '../../src/market/time.ts'
import {
  contractWords,
  isMeant,
  type ListedFacts,
  sessionAt,
  stateWords
} from '../../src/web/view/lists/instrument-list.ts'

const facts = (more: object = {}): NonNullable<ListedFacts['facts']> => ({
  ...{
    exchange: 'binanceusdm',
    symbol: '特斯拉/USDT:USDT',
    native: '特斯拉USDT',
    base: '特斯拉',
    quote: 'USDT',
    type: 'swap'
  },
  ...{ contractType: 'TRADIFI_PERPETUAL', assetClass: 'EQUITY', tickSize: '0.01', lotSize: '0.001', minSize: null },
  ...{ contractSize: null, status: 'TRADING', listedAt: null, expiresAt: null, delisted: false, sessions: null },
  ...{ checkedAt: epochMs(1_723_161_700_000) },
  ...more
})
const listed = (more: object = {}): ListedFacts => ({
  ...{ exchange: 'binanceusdm', symbol: '特斯拉/USDT:USDT', exchangeStatus: 'TRADING', facts: facts() },
  ...more
})

test('an instrument is found by each word of its names, its state and its kind', () => {
  for (const typed of ['', '特斯拉', 'usdm', 'equity trading', 'TRADIFI 特斯'])
    expect(`${typed}: ${isMeant(listed(), typed)}`).toBe(`${typed}: true`)
  expect(isMeant(listed(), 'equity halt')).toBe(false)
  expect(isMeant(listed({ facts: null }), '特斯拉')).toBe(true)
})

test('its kind is told in the words of the exchange, or in ours where it has none', () => {
  expect(contractWords(facts())).toBe('TRADIFI_PERPETUAL · EQUITY')
  expect(contractWords(facts({ type: 'spot', contractType: null, assetClass: null }))).toBe('spot')
  expect(contractWords(facts({ contractType: null, assetClass: null, contractSize: '0.001' }))).toBe('swap · × 0.001')
})

test('its state is the exchange’s own word, or that it was delisted', () => {
  expect(stateWords(listed({ exchangeStatus: 'HALT' }))).toBe('HALT')
  expect(stateWords(listed({ exchangeStatus: null, facts: facts({ delisted: true, status: null }) }))).toBe('delisted')
  expect(stateWords(listed({ exchangeStatus: null, facts: null }))).toBe('not told')
})

test('its session is that of now, its end exclusive', () => {
  const sessions = [
    { from: epochMs(1_000), to: epochMs(2_000), type: 'OVERNIGHT' },
    { from: epochMs(2_000), to: epochMs(3_000), type: 'REGULAR' }
  ]
  expect([999, 1_000, 2_000, 3_000].map(now => sessionAt(facts({ sessions }), now)?.type ?? null)).toEqual([
    null,
    'OVERNIGHT',
    'REGULAR',
    null
  ])
  expect(sessionAt(facts(), 1_500)).toBeNull()
})
