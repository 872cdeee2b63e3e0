import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { runSinkTask } from '../../src/kafka/sink/sink-task.ts'
import { systemClock as clock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { influxSink } from '../../src/sink/influx/influx-sink.ts'
import { createInfluxWriter } from '../../src/sink/influx/influx-writer.ts'
import { type InfluxScene, openInfluxScene } from '../sink/influx/influx-scene.ts'
import { eventually } from '../support/eventually.ts'
import { runProgram } from '../support/program.ts'
import { silent } from '../support/silent.ts'
import { type Play, together } from '../support/together.ts'

const inScene = async (play: (scene: InfluxScene) => Promise<void>): Promise<void> => {
  const scene = await openInfluxScene()
  try {
    await play(scene)
  } finally {
    await scene.close()
  }
}

/** Ends with no sink alive. */
type Die = (scene: InfluxScene) => Promise<void>

const JSON_TYPE = { 'content-type': 'application/json' }

/** Records between the group's positions and the ends. */
const lag = ({ cluster: { kafka, prefix } }: InfluxScene): Promise<bigint> =>
  withAdmin(kafka, async admin => {
    const topic = `${prefix}ohlcv_1m`
    const [ends, [group]] = await Promise.all([
      admin.fetchTopicOffsets(topic),
      admin.fetchOffsets({ groupId: `${prefix}sink-influx`, topics: [topic] })
    ])
    const reached = new Map(group?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
    return ends.reduce((sum, { partition, high }) => sum + BigInt(high) - (reached.get(partition) ?? 0n), 0n)
  })

const isDrained = async (scene: InfluxScene): Promise<void> => {
  await eventually(
    async () => (await lag(scene)) === 0n,
    async () => String(await lag(scene))
  )
}

/** Killed after it has written something new, at any moment of its work. */
const workAndDie = async (scene: InfluxScene): Promise<void> => {
  const before = scene.server.points().length
  const stage = scene.start()
  await scene.publishUntil(() => scene.server.points().length > before)
  await stage.end('SIGKILL')
}

/** Killed when its points are stored and it does not know. */
const dieUnanswered = async (scene: InfluxScene): Promise<void> => {
  const stage = scene.start()
  scene.server.answer(({ lines }) => {
    if (!lines.some(line => line.startsWith('ohlcv'))) return null
    stage.signal('SIGKILL')
    return 'lost'
  })
  await scene.publishUntil(() => !stage.isAlive())
  scene.server.answer(() => null)
}

const DEATHS: readonly Die[] = [workAndDie, dieUnanswered, workAndDie, workAndDie, dieUnanswered]

const die = (deaths: readonly Die[]): Promise<void> =>
  inScene(async scene => {
    for (const death of deaths) await death(scene)
    const last = scene.start()
    await scene.settle()
    await isDrained(scene)
    expect(await last.end('SIGTERM')).toBe(0)
    expect(await scene.deadLetters()).toEqual([])
  })

const outage = (): Promise<void> =>
  inScene(async scene => {
    const sink = scene.start()
    await scene.publishUntil(() => scene.server.points().length > 100)
    let refused = 0
    scene.server.answer(() => (++refused % 3 === 0 ? 'hang up' : refused % 3 === 1 ? { status: 503 } : 'lost'))
    await scene.publishUntil(() => refused >= 5)
    expect(sink.isAlive()).toBe(true)
    scene.server.answer(() => null)
    await scene.settle()
    await isDrained(scene)
    const stoppedAt = performance.now()
    expect(await sink.end('SIGTERM')).toBe(0)
    expect(performance.now() - stoppedAt).toBeLessThan(5_000)
    expect(await scene.deadLetters()).toEqual([])
    expect(sink.said()).toContain('sink-influx waits; nothing is lost')
  })

const stopWhileAway = (): Promise<void> =>
  inScene(async scene => {
    const sink = scene.start()
    scene.server.answer(() => 'silence')
    await scene.publishUntil(() => scene.server.requests.length > 0)
    const stoppedAt = performance.now()
    expect(await sink.end('SIGTERM')).toBe(0)
    expect(performance.now() - stoppedAt).toBeLessThan(5_000)
    scene.server.answer(() => null)
    scene.start()
    await scene.settle()
  })

const badPoints = (): Promise<void> =>
  inScene(async scene => {
    const { server } = scene
    const refuse = { status: 422, headers: JSON_TYPE, body: JSON.stringify({ message: 'partial write: dropped=1' }) }
    server.answer(({ lines }) => (lines.some(line => line.includes('symbol=BAD')) ? refuse : null))
    await scene.publish()
    await scene.publishStray({ symbol: 'BAD/USDT' })
    await scene.publish()
    scene.start()
    await scene.settle()
    await isDrained(scene)
    const letters = await scene.deadLetters()
    expect(letters.map(({ stage, reason, detail }) => [stage, reason, detail])).toEqual([
      ['sink-influx', 'refused', 'InfluxDB refuses the points: 422 partial write: dropped=1']
    ])
    expect(Buffer.from(letters[0]?.payload ?? '', 'base64').toString()).toContain('"symbol":"BAD/USDT"')
  })

const tooLarge = (): Promise<void> =>
  inScene(async scene => {
    scene.server.answer(({ lines }) => (lines.length > 7 ? { status: 413 } : null))
    await scene.publish()
    scene.start()
    await scene.settle()
    await isDrained(scene)
    expect(await scene.deadLetters()).toEqual([])
  })

/** The loop in this process, without the figures of the pipeline beside it. */
const oneByOne = (): Promise<void> =>
  inScene(async ({ cluster: { kafka, prefix }, server, publish, settle }) => {
    for (let times = 0; times < 60; times++) await publish()
    const config = { url: server.url, token: server.token, org: 'tickstream', bucket: 'crypto-data' }
    const sink = influxSink(createInfluxWriter(config, clock))
    const stopping = new AbortController()
    const health = createHealth()
    const publisher = { send: async () => undefined, close: async () => undefined }
    server.answer(() => ({ status: 503, headers: { 'retry-after': '3' } }))
    const ended = runSinkTask({ sink, kafka, prefix, publisher, clock, log: silent, health, signal: stopping.signal })
    const wish =
      'sink-influx: InfluxDB takes no writes now: 503 Service Unavailable, and wants to be left alone for 3 s'
    await eventually(() => health.problems().includes(wish), health.problems)
    const asked = server.requests.length
    server.answer(() => null)
    await settle()
    await eventually(() => health.problems().length === 0, health.problems)
    expect(asked).toBe(1)
    expect(server.requests.length).toBeGreaterThanOrEqual(6)
    expect(server.atOnce()).toBe(1)
    stopping.abort(new Error('SIGTERM'))
    await ended
  })

const plays: readonly Play[] = [
  ['killed again and again, every point is there, and of every window the newest state', () => die(DEATHS)],
  ['killed again and again at other moments, likewise', () => die(DEATHS.toReversed())],
  ['while InfluxDB is away nothing is lost and nothing is poison, and the lag drains when it is back', outage],
  ['stops in time while InfluxDB is silent, and goes on where it was', stopWhileAway],
  ['points that are refused are dead letters, and stop none of their neighbours', badPoints],
  ['writes one batch after the other, waits as long as it is asked to, and says so in /readyz', oneByOne],
  ['a batch that is too large is no poison: it is halved', tooLarge]
]

describe('sink influx as a process', () => {
  together(plays)
})

describe('sink influx, when it cannot begin', () => {
  let scene: InfluxScene

  beforeAll(async () => {
    scene = await openInfluxScene()
  })

  afterAll(() => scene.close())

  const run = (more: Readonly<Record<string, string>>) => runProgram(['sink', 'influx'], { ...scene.env, ...more })

  test('is off without INFLUX_URL, says so, and is done', async () => {
    const { code, stdout } = await run({ INFLUX_URL: '' })
    expect([code, stdout]).toEqual([0, 'sink influx is off: INFLUX_URL is not set\n'])
  })

  test('a token that is refused ends it with one line that says what to do', async () => {
    await scene.publish()
    const { code, stderr } = await run({ INFLUX_TOKEN: 'wrong' })
    expect(code).toBe(2)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain(
      'set INFLUX_TOKEN to a token that may write to bucket crypto-data of organization tickstream'
    )
  })

  test('topics that are missing end it with what to do', async () => {
    const { code, stderr } = await run({ TOPIC_PREFIX: 'absent-' })
    expect(code).toBe(1)
    expect(stderr).toContain('tickstream topics apply')
  })
})
