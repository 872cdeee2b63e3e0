import { describe, expect, test } from '@jest/globals'
import { ALERT_KINDS } from '../../src/market/records/alert/alert.ts'
import { BUILT_IN_RULES, KIND_DEFAULTS } from '../../src/market/records/alert/alert-rule.ts'
import type { FeedStatus } from '../../src/market/records/derived/feed-status.ts'
import { type EpochMs, epochMs } from '../../src/market/time.ts'
import { checkAlertRule } from '../../src/stream/codec/alert/check-alert-rule.ts'
import * as format from '../../src/web/view/format.ts'
import { numberFields, ruleBody } from '../../src/web/view/forms/rule-form.ts'
import { listedRules, type StoredRule } from '../../src/web/view/lists/rule-list.ts'
import { belongTogether, cointegrationWords, meanWords, sourceWords } from '../../src/web/view/pair-view.ts'
import { isStale, trustOf } from '../../src/web/view/trust.ts'
import { notTradedWords, overallVerdict, verdictOf, verifiedWords } from '../../src/web/view/verdict.ts'
import { fakePair } from '../support/fake-records.ts'

const NOW = epochMs(1_764_000_000_000)

describe('words', () => {
  const status: FeedStatus = {
    exchange: 'sim',
    symbol: 'BTC/USDT',
    exchangeStatus: 'TRADING',
    exchangeStatusAt: NOW,
    lastTradeTime: NOW,
    watermark: NOW,
    wholeTo: NOW,
    contiguousToId: '12',
    idsDoubtedSince: null,
    dataAgeMs: 100,
    gapsOpen: 0,
    gapsFilled: 3,
    gapsUnrecoverable: 0,
    missingTrades: 0,
    revisedCandles: 2,
    verifiedTo: NOW,
    differing: 0
  }

  test('what the exchange does not trade is said in its own word; what it trades, or was not asked of, is not', () => {
    const words = (exchangeStatus: string | null, exchangeStatusAt: EpochMs | null = NOW) =>
      notTradedWords({ ...status, exchangeStatus, exchangeStatusAt })
    expect([words('HALT'), words('BREAK'), words(null)]).toEqual([
      'HALT at the exchange',
      'BREAK at the exchange',
      'not listed by the exchange'
    ])
    expect([words('TRADING'), words(null, null)]).toEqual([null, null])
  })

  test('a feed is whole when nothing is missing, however often it was mended; else what is missing is said', () => {
    expect(verdictOf(status)).toEqual({ isWhole: true, words: 'whole' })
    expect(verdictOf({ ...status, gapsOpen: 1, missingTrades: 37 }).words).toBe(
      '1 gap is being filled, 37 trades are missing'
    )
    expect(verdictOf({ ...status, differing: 1 }).words).toBe("1 candle differs from the exchange's")
    expect(verdictOf({ ...status, contiguousToId: null }).isWhole).toBe(false)
    expect(verdictOf({ ...status, idsDoubtedSince: NOW }).words).toBe(
      'ids in doubt since 16:00: the exchange may count its trades anew'
    )
    expect([isStale(null), isStale(20_000), isStale(900)]).toEqual([true, true, false])
  })

  test('data are stale when they are older than their finest candle may be', () => {
    expect([isStale(7_000), isStale(7_000, 60_000), isStale(66_000, 60_000)]).toEqual([true, false, true])
  })

  const evidence = {
    connection: 'live',
    status: { state: 'live', ageMs: 40, symbols: [{ dataAgeMs: 900 }, { dataAgeMs: 1_200 }] },
    silentMs: 300,
    finestMs: 1_000
  } as const
  type Evidence = Parameters<typeof trustOf>[0]
  test.each<readonly [change: Partial<Evidence>, state: string, words: string]>([
    [{}, 'live', 'live'],
    [{ connection: 'offline' }, 'offline', 'offline'],
    [{ status: null }, 'warming', 'starting'],
    [{ silentMs: 4_500 }, 'stalled', 'stalled, 4.5 s old'],
    [{ status: { ...evidence.status, state: 'stalled', ageMs: 3_000 } }, 'stalled', 'stalled, 3.3 s old'],
    [{ status: { ...evidence.status, state: 'stalled', ageMs: null } }, 'stalled', 'stalled'],
    [{ status: { ...evidence.status, state: 'warming' } }, 'warming', 'catching up'],
    [{ status: { ...evidence.status, symbols: [{ dataAgeMs: 180_000 }] } }, 'stalled', 'stalled, 3 min old'],
    [
      { status: { ...evidence.status, symbols: [{ dataAgeMs: 900 }, { dataAgeMs: 9_000 }] } },
      'live',
      'live, 1 of 2 stale'
    ],
    [{ status: { ...evidence.status, symbols: [{ dataAgeMs: null }] } }, 'live', 'live, no data yet']
  ])('what is on the screen is worth: %j is %s', (change, state, words) => {
    expect(trustOf({ ...evidence, ...change })).toEqual({ state, words })
  })

  test('one line says that every feed is whole, or which is not and why; without a connection it claims nothing', () => {
    const eth = { ...status, symbol: 'ETH/USDT' }
    const lost = { ...eth, gapsUnrecoverable: 1, missingTrades: 1 }
    expect(overallVerdict([status, { ...eth, verifiedTo: epochMs(NOW - 60_000) }], true)).toEqual({
      isWhole: true,
      words: 'Every feed is whole: no trade of 2 symbols is missing; verified against the exchange to 15:59.'
    })
    expect(overallVerdict([status, { ...eth, verifiedTo: null }], true).words).toMatch(/; not yet verified/)
    expect(overallVerdict([status, lost], true)).toEqual({
      isWhole: false,
      words: 'Not every feed is whole. ETH/USDT: 1 gap was lost for good, 1 trade is missing.'
    })
    expect(overallVerdict(Array(5).fill(lost), true).words).toMatch(/; and 2 more\.$/)
    expect([overallVerdict([status], false), overallVerdict([], true)].map(({ isWhole }) => isWhole)).toEqual([
      false,
      false
    ])
  })

  test('what was held against the exchange is said with its time, and a difference instead of it', () => {
    expect(verifiedWords({ ...status, verifiedTo: NOW })).toBe('verified against the exchange to 16:00')
    expect(verifiedWords({ ...status, verifiedTo: null })).toBe('not yet verified against the exchange')
    expect(verifiedWords({ ...status, differing: 2 })).toBe("2 candles differ from the exchange's")
  })

  test('a pair that is not cointegrated is called that', () => {
    const pair = fakePair(NOW, '1m', 'ols')
    expect(cointegrationWords(pair)).toMatch(/^Not cointegrated .*p = 0\.430.*need not come back/)
    expect(cointegrationWords({ ...pair, cointegrated: true, egPValue: 0.0001 })).toMatch(/^Cointegrated .*p < 0\.001/)
    expect(cointegrationWords({ ...pair, cointegrated: null })).toMatch(/^Not known yet/)
  })

  test('a pair by the filter is judged by what could have been held, and by other fits not at all', () => {
    const pair = { ...fakePair(NOW, '1m', 'kalman'), egStat: null, egPValue: null, cointegrated: null }
    expect([pair, { ...pair, adfPValue: 0.02 }, { ...pair, adfPValue: null }].map(cointegrationWords)).toEqual([
      'The spread need not come back (ADF, p = 0.310)',
      'The spread has come back at 5 % (ADF, p = 0.020)',
      'Not known yet: the window is not full'
    ])
    expect([pair, { ...pair, adfPValue: 0.02 }, { ...pair, adfPValue: null }].map(belongTogether)).toEqual([
      false,
      true,
      null
    ])
    expect(cointegrationWords({ ...pair, method: 'huber', adfPValue: 0.02 })).toMatch(/^Not tested by this method/)
    expect(belongTogether({ ...pair, method: 'huber', adfPValue: 0.02 })).toBeNull()
  })

  test('a spread and its source are told as they are', () => {
    const pair = fakePair(NOW, '1m', 'ols')
    expect([3.2e-11, -4.5, null].map(spreadMean => meanWords({ ...pair, spreadMean }))).toEqual([
      'mean 0',
      'mean -4.5000',
      'mean –'
    ])
    expect([pair, { ...pair, standIn: true as const }].map(sourceWords)).toEqual([
      'as of 16:00 UTC',
      "as of 16:00 UTC, from the exchange's own candles"
    ])
  })

  test('figures keep their digits, and a change tells its direction by sign and arrow', () => {
    expect(format.formatDecimal('1234567.8900001')).toBe('1\u202f234\u202f567.8900001')
    expect(format.padDecimal('61686', 2)).toBe('61686.00')
    expect([1.239, -0.5, 0.001, null].map(format.formatChange)).toEqual(['▲ +1.24 %', '▼ −0.50 %', '0.00 %', '–'])
    expect([400, 12_300, 200_000, 9e6, 9e8, -50].map(format.formatAge)).toEqual([
      '0.4 s',
      '12 s',
      '3 min',
      '2 h',
      '10 d',
      '0.0 s'
    ])
    expect([6_200, 3_723_000].map(format.formatCountdown)).toEqual(['0:07', '1:02:03'])
    expect(format.formatFigure(0.00001234)).toBe('1.23e-5')
    expect(format.breakable('a~b: z')).toBe('a~\u200bb: z')
  })
})

describe('a rule', () => {
  const form = (fields: Readonly<Record<string, string>>) => ({ get: (name: string) => fields[name] ?? null })

  test('holds what its kind takes and nothing else; what is left empty is left out', () => {
    const given = {
      name: ' a ',
      enabled: 'on',
      priority: 'high',
      instrument: '',
      pair: 'x~y',
      above: '3',
      below: '',
      interval: '5m'
    }
    expect(ruleBody('z_score', form(given))).toEqual({
      name: 'a',
      kind: 'z_score',
      enabled: true,
      priority: 'high',
      pair: 'x~y',
      interval: '5m',
      above: 3,
      hysteresis: 0.5,
      cooldownMs: 300_000
    })
    expect(ruleBody('price', form({ ...given, cooldown: '10' }))).toMatchObject({ enabled: true, cooldownMs: 10_000 })
    expect(ruleBody('price', form(given))).not.toHaveProperty('pair')
  })

  test.each(ALERT_KINDS)('of kind %s is one that the product accepts when its form is left as it is', kind => {
    const initial = numberFields(kind).map(field => [field.name, field.initial] as const)
    const bound = kind === 'price' ? { above: '70000' } : {}
    const body = ruleBody(kind, form({ name: 'mine', priority: 'low', ...Object.fromEntries(initial), ...bound }))
    const { rule, problems, unknown } = checkAlertRule(body)
    expect({ problems, unknown }).toEqual({ problems: [], unknown: [] })
    const { hysteresis, cooldownMs } = KIND_DEFAULTS[kind]
    expect(rule).toMatchObject({ kind, hysteresis, cooldownMs })
  })

  test('of volatility has two windows, one of price none', () => {
    const names = (kind: 'volatility' | 'price') => numberFields(kind).map(({ name }) => name)
    expect(names('volatility')).toContain('shortWindow')
    expect(names('price')).toEqual(['above', 'below', 'hysteresis', 'cooldown'])
  })

  test('that is built in is listed until one of its name is made, and only one that was made can be deleted', () => {
    const names = (told: readonly StoredRule[]) =>
      listedRules(told).map(({ rule, isBuiltIn }) => [rule.name, isBuiltIn])
    const [first, second] = BUILT_IN_RULES.map(({ name }) => name)
    expect(names([])).toEqual([
      [first, true],
      [second, true]
    ])
    expect(names([{ ...BUILT_IN_RULES[0]!, enabled: false }])).toEqual([
      [first, false],
      [second, true]
    ])
    expect(names([{ ...BUILT_IN_RULES[0]!, builtIn: true }])[0]).toEqual([first, true])
  })
})
