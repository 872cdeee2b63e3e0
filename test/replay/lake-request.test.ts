import { describe, expect, test } from '@jest/globals'
import { parseLakeReplay } from '../../src/replay/lake-request.ts'
import { parseReplay } from '../../src/replay/request.ts'

const problemsOf = (parse: () => unknown): readonly string[] => {
  try {
    parse()
  } catch (error) {
    return error instanceof Error ? error.message.split('\n').slice(1) : []
  }
  return []
}

const GOOD = {
  'from-lake': 's3://bucket/lake',
  from: '2024-08-09T00:00:00Z',
  to: '2024-08-10',
  'to-topic': 'raw_ticks'
}

describe('what a replay of a lake is asked', () => {
  test('a place, a range and a topic; all symbols and the recorded pace otherwise', () => {
    expect(parseLakeReplay(GOOD)).toEqual({
      location: { kind: 's3', bucket: 'bucket', prefix: 'lake' },
      from: 1_723_161_600_000,
      to: 1_723_248_000_000,
      instruments: null,
      speed: 1,
      topic: 'raw_ticks',
      liftRetention: false
    })
    const symbol = ['binance:BTC/USDT', 'binance:ETH/USDT,binance:BTC/USDT']
    expect(parseLakeReplay({ ...GOOD, symbol, speed: 'max' })).toMatchObject({
      speed: 'max',
      instruments: [
        { exchange: 'binance', symbol: 'BTC/USDT' },
        { exchange: 'binance', symbol: 'ETH/USDT' }
      ]
    })
  })

  test('everything that is wrong is told at once', () => {
    const values = {
      ...{ 'from-lake': 'ftp://nowhere', from: 'noon', symbol: ['btc', 'binance:ETH/USDT'], speed: '0' },
      ...{ topic: 'raw_ticks', 'from-offset': '0', 'to-stdout': true }
    }
    const problems = problemsOf(() => parseLakeReplay(values))
    for (const part of ['--from-lake ftp', '--from noon', '--to is', '--symbol btc', '--speed 0', '--to-topic is'])
      expect(problems.filter(problem => problem.includes(part))).toHaveLength(1)
    for (const name of ['topic', 'from-offset', 'to-stdout'])
      expect(problems.filter(problem => problem.includes(`--${name} says nothing`))).toHaveLength(1)
    expect(problems).toHaveLength(9)
    const turned = { ...GOOD, from: GOOD.to, to: GOOD.from }
    expect(problemsOf(() => parseLakeReplay(turned))).toEqual(['  --from is not before --to'])
  })

  test('a replay of a topic does not take what speaks of a lake', () => {
    const values = { topic: 'raw_ticks', 'from-offset': '0', 'to-stdout': true, from: GOOD.from, symbol: ['a'] }
    expect(problemsOf(() => parseReplay(values))).toEqual([
      expect.stringContaining('--from speaks of a lake'),
      expect.stringContaining('--symbol speaks of a lake')
    ])
  })
})
