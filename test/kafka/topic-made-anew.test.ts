import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { runSinkTask } from '../../src/kafka/sink/sink-task.ts'
import { TaskManager } from '../../src/kafka/task/task-manager.ts'
import { epochMs } from '../../src/market/time.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { registry } from '../../src/runtime/observe/metrics.ts'
import type { Sink } from '../../src/stream/sink.ts'
import type { Topology } from '../../src/stream/topology.ts'
import { eventually } from '../support/eventually.ts'
import { memorySink } from '../support/memory-sink.ts'
import { createTopic, produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

let cluster: TestKafka

beforeAll(async () => {
  cluster = await testKafka()
})

afterAll(() => cluster.sweep())

beforeEach(() => registry.resetMetrics())

const values = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({ key: 'all', value: String(from + at), partition: 0 }))

/** Deletes a topic and makes another one of its name. */
const makeAnew = async (name: string, count: number): Promise<void> => {
  const topic = cluster.prefix + name
  await withAdmin(cluster.kafka, admin => admin.deleteTopics({ topics: [topic] }))
  await eventually(async () => !(await withAdmin(cluster.kafka, admin => admin.listTopics())).includes(topic))
  await createTopic(cluster, name, 1)
  await produce(cluster, name, values(10_000, count))
}

/** A log that keeps its lines. */
const listening = () => {
  const lines: { readonly level: number; readonly msg: string }[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  return { log, errors: () => lines.filter(({ level }) => level >= 50).map(({ msg }) => msg) }
}

const running = () => {
  const stopping = new AbortController()
  const health = createHealth()
  const { log, errors } = listening()
  const { kafka, prefix } = cluster
  const shared = { kafka, prefix, clock: systemClock, log, health, signal: stopping.signal }
  const stop = (ended: Promise<void>) => async (): Promise<void> => {
    stopping.abort(new Error('SIGTERM'))
    await ended
  }
  return { shared, health, errors, stop }
}

const startSink = (sink: Sink<string>) => {
  const { shared, health, errors, stop } = running()
  const publisher = { send: async () => undefined, close: async () => undefined }
  const ended = runSinkTask({ ...shared, sink, publisher })
  ended.catch(() => undefined)
  return { health, errors, ended, stop: stop(ended) }
}

const refusals = async (): Promise<readonly object[]> =>
  (await registry.getSingleMetric('tickstream_positions_refused_total')?.get())?.values ?? []

describe('a topic that was deleted and made anew, with more records than were stored of the one before', () => {
  test('stops its partition in a sink and no other, is told once, and is stopped by the next start as well', async () => {
    const { prefix } = cluster
    await createTopic(cluster, 'remade', 1)
    await createTopic(cluster, 'well', 1)
    await produce(cluster, 'remade', values(0, 100))
    await produce(cluster, 'well', values(0, 1))
    const sink = memorySink({ topics: ['remade', 'well'] })
    const first = startSink(sink)
    await eventually(() => sink.values.length === 101)
    await first.stop()
    expect(first.errors()).toEqual([])
    await makeAnew('remade', 150)
    for (let start = 0; start < 2; start++) {
      const again = startSink(sink)
      await eventually(() => again.health.problems().some(problem => problem.startsWith('positions of sink-memory')))
      await produce(cluster, 'well', values(20_000 + start, 1))
      await eventually(() => sink.values.includes(String(20_000 + start)))
      expect(again.errors()).toEqual([expect.stringContaining(`${prefix}remade/0 is not the log that was read before`)])
      expect(again.errors()[0]).toContain('`tickstream replay --topic remade --from-offset 0 --to-group sink-memory`')
      expect(again.health.problems()).toEqual([`positions of sink-memory: ${again.errors()[0]}`])
      await again.stop()
    }
    expect(sink.values.filter(value => Number(value) >= 10_000 && Number(value) < 20_000)).toEqual([])
    expect(await refusals()).toEqual([
      { value: 2, labels: { stage: 'sink-memory', topic: `${prefix}remade`, reason: 'topic' } }
    ])
  })

  test('stores nothing of the other one while it runs, and whatever the moment', async () => {
    await createTopic(cluster, 'moving', 1)
    await produce(cluster, 'moving', values(0, 100))
    const sink = memorySink({ topics: ['moving'] })
    const { stop, ended, health } = startSink(sink)
    await eventually(() => sink.values.length === 100)
    await makeAnew('moving', 150)
    const end = ended.then(
      () => null,
      (error: Error) => error.message
    )
    const hasStopped = eventually(() => health.problems().some(problem => problem.startsWith('positions of')))
    const said = await Promise.race([end, hasStopped.then(() => 'stopped')])
    expect(said).toMatch(/^stopped$|missing on the broker/)
    if (said === 'stopped') await stop()
    expect(sink.values).toHaveLength(100)
  })

  test('is read from its beginning by a sink whose positions the group keeps: the broker forgets those with the topic', async () => {
    await createTopic(cluster, 'grouped', 1)
    await produce(cluster, 'grouped', values(0, 100))
    const { positions: _, ...sink } = memorySink({ topics: ['grouped'] })
    const grouped = { ...sink, name: 'sink-grouped' }
    const first = startSink({ ...grouped, write: async (batch, signal) => anyhow(sink, batch, signal) })
    await eventually(() => sink.values.length === 100)
    await first.stop()
    await makeAnew('grouped', 150)
    const again = startSink({ ...grouped, write: async (batch, signal) => anyhow(sink, batch, signal) })
    await eventually(() => sink.values.length === 250)
    await again.stop()
  })
})

/** Writes as a sink does that leaves its positions to the group. */
const anyhow = (
  sink: Omit<ReturnType<typeof memorySink>, 'positions'>,
  batch: Parameters<Sink<string>['write']>[0],
  signal: AbortSignal
) => {
  const advances = batch.advances.map(at => ({ ...at, stored: sink.stored.get(`${at.topic}/${at.partition}`) ?? null }))
  return sink.write({ ...batch, advances }, signal)
}

/** Tells every number of its input. */
const echo: Topology<{ sum: number }, number, number> = {
  name: 'echo',
  from: [{ name: 'numbers', decode: bytes => Number(bytes) }],
  key: () => 'all',
  processor: {
    init: () => ({ sum: 0 }),
    step: (state, number) => ({ state: { sum: state.sum + number }, emit: [number] })
  },
  route: number => ({ topic: 'echoed', key: 'all', value: String(number), time: epochMs(1_723_161_600_000) }),
  state: {
    version: '1',
    changes: ({ sum }) => [{ name: 'sum', value: String(sum) }],
    restore: (_, parts) => ({ sum: Number(parts.get('sum') ?? 0) })
  }
}

const echoed = async (): Promise<bigint> => {
  const topic = `${cluster.prefix}echoed`
  const [at] = await withAdmin(cluster.kafka, admin => admin.fetchTopicOffsets(topic))
  return BigInt(at!.high)
}

const startEcho = () => {
  const { shared, health, errors, stop } = running()
  const commits: number[] = []
  const onCommit = (_: number, { numbers }: Readonly<Record<string, string>>): void =>
    void commits.push(Number(numbers))
  const ended = new TaskManager({ ...shared, topology: echo, commitEveryMs: 20, onCommit }).start()
  ended.catch(() => undefined)
  const reaches = (offset: number): Promise<void> => eventually(() => (commits.at(-1) ?? 0) >= offset)
  const standsStill = (): Promise<void> =>
    eventually(() => health.problems().some(problem => problem.startsWith('positions of echo')))
  return { errors, commits, reaches, standsStill, stop: stop(ended) }
}

describe('of a topology', () => {
  beforeEach(async () => {
    cluster = await testKafka()
    await createTopic(cluster, 'numbers', 1)
    await createTopic(cluster, 'echoed', 1)
    await createTopic(cluster, 'echo_state', 1, { 'cleanup.policy': 'compact' })
    await produce(cluster, 'numbers', values(0, 100))
  })
  afterEach(() => cluster.sweep())

  test('an input that was made anew stops its partition: it commits nothing, and says to build the stage anew', async () => {
    const first = startEcho()
    await first.reaches(100)
    await first.stop()
    const before = await echoed()
    await makeAnew('numbers', 150)
    const again = startEcho()
    await again.standsStill()
    await again.stop()
    expect(again.commits).toEqual([])
    expect(await echoed()).toBe(before)
    expect(again.errors()).toEqual([expect.stringContaining('numbers/0 is not the log that was read before')])
    expect(again.errors()[0]).toContain('fresh TOPIC_PREFIX')
  })

  test('a state that was made anew stops its partition, told once, and nothing is published twice', async () => {
    const first = startEcho()
    await first.reaches(100)
    await first.stop()
    const before = await echoed()
    await makeAnew('echo_state', 0)
    const again = startEcho()
    await again.standsStill()
    await produce(cluster, 'numbers', values(100, 10))
    await new Promise(resolve => setTimeout(resolve, 6_000))
    await again.stop()
    expect(again.commits).toEqual([])
    expect(await echoed()).toBe(before)
    const { prefix } = cluster
    expect(again.errors()).toEqual([
      `${prefix}echo_state/0 is not the log that was read before: it leads to offset 0 of ${prefix}numbers, where offset 101 had been reached. ` +
        'Its inputs are not read, so that nothing is published twice. Bring the topic of before back, and it goes on by itself; ' +
        'or build echo anew from what is there now, under a fresh TOPIC_PREFIX (`tickstream topics apply`, then every stage)'
    ])
  })

  test('a state that is made anew under the running stage stops it at its next commit', async () => {
    const first = startEcho()
    await first.reaches(100)
    await makeAnew('echo_state', 0)
    await produce(cluster, 'numbers', values(100, 10))
    await first.standsStill()
    await first.stop()
    expect(first.commits.at(-1)).toBe(101)
    expect(first.errors()).toEqual([expect.stringContaining('echo_state/0 is not the log that was read before')])
  })
})
