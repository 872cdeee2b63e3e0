import { describe, expect, test } from '@jest/globals'
import { parseReplay } from '../../src/replay/request.ts'

const problems = (values: Record<string, unknown>): string => {
  try {
    parseReplay(values)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}

describe('what replay is asked', () => {
  test('a topic into another one goes at the recorded pace, and to the terminal as fast as it goes', () => {
    const common = { topic: 'raw_ticks', 'from-offset': '0' }
    expect(parseReplay({ ...common, 'to-topic': 'copy' })).toEqual({
      topic: 'raw_ticks',
      partition: null,
      from: { offset: 0n },
      to: null,
      speed: 1,
      destination: { kind: 'topic', name: 'copy', liftRetention: false }
    })
    expect(parseReplay({ ...common, 'to-stdout': true }).speed).toBe('max')
  })

  test('times are read as UTC', () => {
    const request = parseReplay({
      topic: 'kpi',
      partition: '2',
      'from-time': '2024-08-09T00:00:00Z',
      'to-time': '2024-08-09T00:01:00Z',
      speed: '2.5',
      'to-stdout': true
    })
    expect(request).toMatchObject({
      partition: 2,
      from: { time: 1723161600000 },
      to: { time: 1723161660000 },
      speed: 2.5
    })
  })

  test('everything wrong is said at once', () => {
    const said = problems({ 'from-offset': '-1', 'to-time': 'noon', speed: '0', 'to-stdout': true, 'to-topic': 'a' })
    for (const option of ['--topic', '--from-offset -1', '--to-time noon', '--speed 0', 'one of --to-stdout'])
      expect(said).toContain(option)
  })

  test.each([
    [{ topic: 'a', 'from-offset': '0', 'to-topic': 'a' }, 'into itself'],
    [{ topic: 'a', 'from-offset': '0', 'from-time': '2024-08-09', 'to-stdout': true }, 'not both'],
    [{ topic: 'a', 'to-stdout': true }, '--from-offset or --from-time is missing'],
    [{ topic: 'a', 'from-offset': '0', 'to-offset': '5', 'to-group': 'g' }, 'a beginning only'],
    [{ topic: 'a', 'from-offset': '0' }, 'give one of']
  ])('%o is refused: %s', (values, reason) => {
    expect(problems(values)).toContain(reason)
  })
})
