import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { applyTopics } from '../../src/kafka/admin/apply-topics.ts'
import { readTopicFiles } from '../../src/kafka/admin/topic-files.ts'
import { listLine } from '../../src/kafka/admin/topic-lines.ts'
import { withTopicSettings } from '../../src/kafka/admin/topic-settings.ts'
import { viewTopics } from '../../src/kafka/admin/topic-view.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { eventually } from '../support/eventually.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const files = readTopicFiles()
const names = files.map(file => file.name)

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
})

afterAll(() => cluster.sweep())

const apply = (dryRun = false, of = files) => applyTopics(cluster.kafka, cluster.prefix, of, dryRun)
const kinds = async (plan: ReturnType<typeof apply>) => new Set((await plan).map(change => change.kind))

describe('topics on a real broker', () => {
  test('a dry run says what it would create and creates nothing; then they are there, and a second time nothing changes', async () => {
    expect(await kinds(apply(true))).toEqual(new Set(['create']))
    const before = await viewTopics(cluster.kafka, cluster.prefix, names)
    expect(before.every(view => !view.exists)).toBe(true)
    expect(await kinds(apply())).toEqual(new Set(['create']))
    expect(await kinds(apply())).toEqual(new Set(['none']))
    const after = await viewTopics(cluster.kafka, cluster.prefix, names)
    expect(after.map(view => view.config)).toEqual(files.map(file => expect.objectContaining(file.config)))
  })

  test('records and offsets are shown per partition', async () => {
    await produce(cluster, 'dead_letters', [{ value: 'a' }, { value: 'b' }])
    const partitions = async () => (await viewTopics(cluster.kafka, cluster.prefix, ['dead_letters']))[0]?.partitions
    await eventually(async () => (await partitions())?.[0]?.high === '3', partitions)
    expect(await partitions()).toEqual([{ partition: 0, low: '0', high: '3' }])
  })

  test('a setting that differs is altered, and one that the file does not name stays', async () => {
    const own = { ...cluster, prefix: `${cluster.prefix}altered-` }
    await createTopic(own, 'alerts', 2, { 'retention.ms': '1', 'segment.ms': '77777' })
    const alerts = files.filter(file => file.name === 'alerts')
    const [change] = await applyTopics(own.kafka, own.prefix, alerts, false)
    expect(change).toMatchObject({ kind: 'alter', partitionsNow: 2, partitions: 4 })
    const [view] = await viewTopics(own.kafka, own.prefix, ['alerts'])
    expect(view?.partitions).toHaveLength(4)
    expect(view?.config).toMatchObject({ 'retention.ms': '2592000000', 'segment.ms': '77777' })
  })

  test('settings of the operator reach topics that are there, and what was changed is said', async () => {
    const own = { ...cluster, prefix: `${cluster.prefix}settings-` }
    const mine = files.filter(file => file.name === 'kpi')
    await applyTopics(own.kafka, own.prefix, mine, false)
    const settings = { TOPIC_RETENTION: 'kpi=12h', TOPIC_RETENTION_BYTES: 'kpi=1GiB', TOPIC_COMPRESSION: 'kpi=lz4' }
    const wanted = withTopicSettings(files, readConfig(settings).topics).filter(file => file.name === 'kpi')
    const [change] = await applyTopics(own.kafka, own.prefix, wanted, false)
    expect(change?.lines).toEqual([
      'retention.ms 2592000000 (30d) -> 43200000 (12h)',
      'segment.ms default -> 10800000 (3h)',
      'compression.type default -> lz4',
      'retention.bytes default -> 268435456 (256 MiB a partition)',
      'segment.bytes default -> 67108864 (64 MiB)'
    ])
    const [view] = await viewTopics(own.kafka, own.prefix, ['kpi'])
    expect(listLine(view!)).toContain('retention.ms=43200000 (12h)')
    expect(await kinds(applyTopics(own.kafka, own.prefix, wanted, false))).toEqual(new Set(['none']))
  })

  test('a topic that would have to shrink is refused with what to do, and nothing is changed', async () => {
    const own = { ...cluster, prefix: `${cluster.prefix}shrunk-` }
    await createTopic(own, 'ingest_state', 3)
    await expect(applyTopics(own.kafka, own.prefix, files, false)).rejects.toThrow(/"partitions": 3 in the file/)
    const topics = await withAdmin(own.kafka, admin => admin.listTopics())
    expect(topics.filter(name => name.startsWith(own.prefix))).toEqual([`${own.prefix}ingest_state`])
  })
})
