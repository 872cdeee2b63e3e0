import { describe, expect, test } from '@jest/globals'
import type { TopicFile } from '../../src/kafka/admin/topic-files.ts'
import { type ActualTopic, planTopics } from '../../src/kafka/admin/topic-plan.ts'

const file = (name: string, more: Partial<TopicFile> = {}): TopicFile => ({
  name,
  partitions: 4,
  config: { 'retention.ms': '1000' },
  example: { key: '', value: {} },
  ...more
})

const plan = (files: readonly TopicFile[], actual: Record<string, ActualTopic>, brokers = 1) =>
  new Map(planTopics(files, new Map(Object.entries(actual)), brokers).map(change => [change.name, change]))

describe('the plan of topics apply', () => {
  test('a missing topic is created as its file says', () => {
    const change = plan([file('a')], {}).get('a')
    expect(change).toMatchObject({ kind: 'create', partitions: 4, config: { 'retention.ms': '1000' } })
  })

  test('a topic that is as its file says is left alone, whatever else is set on it', () => {
    const actual = { partitions: 4, config: { 'retention.ms': '1000', 'segment.ms': '5' } }
    expect(plan([file('a')], { a: actual }).get('a')?.kind).toBe('none')
  })

  test('only what the file names is changed, and the rest is kept', () => {
    const actual = { partitions: 4, config: { 'retention.ms': '7', 'segment.ms': '5' } }
    const change = plan([file('a')], { a: actual }).get('a')
    expect(change).toMatchObject({ kind: 'alter', config: { 'retention.ms': '1000', 'segment.ms': '5' } })
    expect(change?.lines).toEqual(['retention.ms 7 (7ms) -> 1000 (1s)'])
  })

  test('partitions are added when the file wants more, and never taken away', () => {
    const config = { 'retention.ms': '1000' }
    expect(plan([file('a')], { a: { partitions: 2, config } }).get('a')).toMatchObject({ kind: 'alter', partitions: 4 })
    const shrunk = plan([file('a')], { a: { partitions: 8, config } }).get('a')
    expect(shrunk).toMatchObject({ kind: 'refuse', partitions: 8 })
    expect(shrunk?.lines[0]).toContain('"partitions": 8')
  })

  test('a co-partitioned topic follows the count that the other one really has', () => {
    const files = [file('a', { partitions: 6 }), file('b', { copartitionedWith: 'a' })]
    const config = { 'retention.ms': '1000' }
    expect(plan(files, {}).get('b')?.partitions).toBe(6)
    expect(plan(files, { a: { partitions: 12, config } }).get('b')?.partitions).toBe(12)
    expect(plan(files, { b: { partitions: 4, config } }).get('b')).toMatchObject({ kind: 'alter', partitions: 6 })
  })

  test('a limit of bytes is of the topic: each partition that it really has gets its share, in segments of a quarter', () => {
    const limited = [file('a', { retentionBytes: 40 * 2 ** 30 })]
    expect(plan(limited, {}).get('a')?.config['retention.bytes']).toBe(String(10 * 2 ** 30))
    expect(plan(limited, {}).get('a')?.config['segment.bytes']).toBeUndefined()
    const now = { partitions: 40, config: { 'retention.ms': '1000' } }
    const change = plan([file('a', { partitions: 40, retentionBytes: 40 * 2 ** 30 })], { a: now }).get('a')
    expect(change?.lines).toEqual([
      `retention.bytes default -> ${2 ** 30} (1 GiB a partition)`,
      `segment.bytes default -> ${2 ** 28} (256 MiB)`
    ])
    expect(plan([file('a', { retentionBytes: -1 })], {}).get('a')?.config['retention.bytes']).toBe('-1')
  })

  test('with three brokers a write counts when two have it', () => {
    expect(plan([file('a')], {}, 3).get('a')?.config['min.insync.replicas']).toBe('2')
    expect(plan([file('a')], {}, 2).get('a')?.config['min.insync.replicas']).toBeUndefined()
  })
})
