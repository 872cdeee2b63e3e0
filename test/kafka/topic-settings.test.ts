import { describe, expect, test } from '@jest/globals'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { withTopicSettings } from '../../src/kafka/admin/topic-settings.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'

const files = readTopicFiles()

const withSettings = (env: Record<string, string>) =>
  new Map(withTopicSettings(files, readConfig(env).topics).map(file => [file.name, file]))

describe('settings of topics', () => {
  test('none leave every topic as its file says', () => {
    expect(withTopicSettings(files, readConfig({}).topics)).toEqual(files)
  })

  test('retention by time is set for the topics that are named, with segments that let it be kept', () => {
    const topics = withSettings({ TOPIC_RETENTION: 'raw_ticks=14d, raw_books=2h,alerts=forever' })
    expect(topics.get('raw_ticks')?.config).toMatchObject({ 'retention.ms': '1209600000', 'segment.ms': '302400000' })
    expect(topics.get('raw_books')?.config).toMatchObject({ 'retention.ms': '7200000', 'segment.ms': '1800000' })
    expect(topics.get('alerts')?.config['retention.ms']).toBe('-1')
    expect(topics.get('alerts')?.config['segment.ms']).toBeUndefined()
    expect(topics.get('kpi')).toEqual(files.find(({ name }) => name === 'kpi'))
  })

  test('a segment that is short already stays as it is', () => {
    const segment = withSettings({ TOPIC_RETENTION: 'ohlcv_1s=30d' }).get('ohlcv_1s')?.config['segment.ms']
    expect(segment).toBe('21600000')
  })

  test('retention by bytes, and another codec for one topic', () => {
    const topics = withSettings({ TOPIC_RETENTION_BYTES: 'raw_ticks=1.5GiB', TOPIC_COMPRESSION: 'gaps=lz4' })
    expect(topics.get('raw_ticks')?.retentionBytes).toBe(1.5 * 2 ** 30)
    expect(topics.get('gaps')?.config['compression.type']).toBe('lz4')
  })

  test('a name that is no topic is told with the nearest, all of them together', () => {
    const wrong = { TOPIC_RETENTION: 'raw_tick=1d,gaps=60d', TOPIC_COMPRESSION: 'nothing_alike=zstd' }
    expect(() => withSettings(wrong)).toThrow(
      /TOPIC_RETENTION: there is no topic "raw_tick"; did you mean raw_ticks or raw_tickers\?\n +TOPIC_COMPRESSION: there is no topic "nothing_alike"; `tickstream topics list`/
    )
  })

  test('a compacted topic has no retention, but for `gaps`, which ingest clears', () => {
    expect(() => withSettings({ TOPIC_RETENTION: 'aggregate_state=1d' })).toThrow(/aggregate_state is compacted/)
    expect(() => withSettings({ TOPIC_RETENTION_BYTES: 'gaps=1GiB' })).toThrow(/gaps is compacted/)
    const gaps = withSettings({ TOPIC_RETENTION: 'gaps=60d' }).get('gaps')
    expect(gaps).toEqual(files.find(({ name }) => name === 'gaps'))
  })

  test.each([
    ['TOPIC_RETENTION', 'raw_ticks', /topic=duration, such as raw_ticks=14d/],
    ['TOPIC_RETENTION', 'raw_ticks=soon,kpi=1d', /entry 1 of 2, "raw_ticks=soon", is not allowed/],
    ['TOPIC_RETENTION', 'kpi=1d,kpi=2d', /kpi is named twice/],
    ['TOPIC_RETENTION_BYTES', 'raw_ticks=0', /raw_ticks=50GiB/],
    ['TOPIC_RETENTION_BYTES', 'raw_ticks=5 elephants', /raw_ticks=50GiB/],
    ['TOPIC_COMPRESSION', 'raw_ticks=brotli', /codecs are producer, zstd/]
  ])('%s=%s is refused with what is allowed', (name, value, says) => {
    expect(() => readConfig({ [name]: value })).toThrow(says)
  })
})
