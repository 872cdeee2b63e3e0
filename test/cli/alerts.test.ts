import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readTopic } from '../../src/kafka/read/read-range.ts'
import type { Alert } from '../../src/market/records/alert/alert.ts'
import { alertRules, alerts, candles, deadLetters } from '../../src/topics.ts'
import { startReceiver } from '../sink/webhook/receiver.ts'
import { candleAt } from '../support/candles.ts'
import { eventually } from '../support/eventually.ts'
import { runProgram, type StageProcess, startStage } from '../support/program.ts'
import { produce, type TestKafka, testKafka } from '../support/test-kafka.ts'

const BTC = 'binance:BTC/USDT'
/** Of a minute not long ago: what is older than a day is sent to nobody. */
const RECENT = Math.floor((Date.now() - candleAt(0).openTime) / 60_000) - 300

let cluster: TestKafka
let env: Record<string, string>
let folder: string

beforeAll(async () => {
  cluster = await testKafka()
  folder = mkdtempSync(join(tmpdir(), 'tickstream-alerts-'))
  env = { KAFKA_BROKERS: cluster.brokers, TOPIC_PREFIX: cluster.prefix, COMMIT_EVERY_MS: '20' }
  expect(await runProgram(['topics', 'apply'], env)).toMatchObject({ code: 0 })
})

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await cluster.sweep()
})

const run = (...args: readonly string[]) => runProgram(['alerts', ...args], env)

const read = async (name: string): Promise<readonly string[]> => {
  const found: string[] = []
  await readTopic(
    cluster.kafka,
    cluster.prefix + name,
    records => void found.push(...records.map(({ value }) => String(value)))
  )
  return found
}

const raised = async (): Promise<readonly Alert[]> =>
  (await read(alerts.name)).map(text => alerts.codec.decode(Buffer.from(text)))

/** Publishes the final 1m candles from the `n`th recent one on, one for each price. */
const publish = (n: number, ...prices: readonly number[]): Promise<void> => {
  const topic = candles['1m']
  const messages = prices.map((price, at) => {
    const candle = candleAt(RECENT + n + at, { close: String(price) })
    return { key: topic.key(candle), value: topic.codec.encode(candle), timestamp: String(candle.openTime) }
  })
  return produce(cluster, topic.name, messages)
}

describe('the alerts commands', () => {
  test('add a rule from flags and one from a file, list them beside those built in, and take one away', async () => {
    const file = join(folder, 'rule.json')
    writeFileSync(file, JSON.stringify({ name: 'hot', kind: 'rsi', below: 20 }))
    const flags = ['--kind', 'price', '--instrument', BTC, '--below=10.5', '--cooldown', '5m', '--priority', 'high']
    expect(await run('add', 'cheap', ...flags)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('added cheap')
    })
    expect(await run('add', '--file', file)).toMatchObject({ code: 0 })
    expect(await run('add', 'cheap', ...flags)).toMatchObject({ stdout: expect.stringContaining('replaced cheap') })
    expect(await run('remove', 'hot')).toMatchObject({ code: 0, stdout: 'removed hot\n' })
    const { stdout } = await run('list', '--json')
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines.map(({ name, builtIn }) => [name, builtIn])).toEqual([
      ['cheap', false],
      ['z_score-2', true],
      ['z_score-3', true]
    ])
    expect(lines[0]).toMatchObject({ kind: 'price', below: 10.5, cooldownMs: 300_000, priority: 'high' })
    expect((await run('list')).stdout).toMatch(/cheap +price +high +on +binance:BTC\/USDT +below 10.5 +cooldown 300 s/)
    await run('remove', 'cheap')
  })

  test('name every field of a rule that is none, and write nothing', async () => {
    const before = await read(alertRules.name)
    const { code, stderr } = await run(
      'add',
      'bad',
      '--kind',
      'price',
      '--above',
      'high',
      '--pair',
      'x',
      '--priority',
      'top'
    )
    expect(code).toBe(2)
    for (const field of ['above', 'pair', 'priority']) expect(stderr).toContain(`  ${field}: `)
    const file = join(folder, 'typo.json')
    writeFileSync(file, '{"name":"typo","kind":"rsi","treshold":3}')
    expect(await run('add', '--file', file)).toMatchObject({ code: 2, stderr: expect.stringContaining('treshold') })
    expect(await read(alertRules.name)).toEqual(before)
  })

  test('say which rules there are when one is not', async () => {
    expect(await run('remove', 'nobody')).toMatchObject({ code: 2, stderr: expect.stringContaining('"nobody"') })
    expect(await run('remove', 'z_score-2')).toMatchObject({ code: 2, stderr: expect.stringContaining('--disabled') })
    expect(await run('test', 'nobody', '--from', '2024-08-09')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('z_score-2')
    })
  })
})

describe('the stage alert', () => {
  const stages: StageProcess[] = []
  const start = (more: Readonly<Record<string, string>>): StageProcess => {
    const stage = startStage(['alert'], { ...env, ...more })
    stages.push(stage)
    return stage
  }

  afterAll(async () => {
    await Promise.all(stages.map(stage => stage.end('SIGKILL')))
  })

  test('raises by a rule that is added while it runs, once, whatever happens to it and to the receiver', async () => {
    let refusals = 2
    const receiver = await startReceiver(() => ({ status: refusals-- > 0 ? 503 : 200 }))
    const webhook = { ALERT_WEBHOOK_URL: receiver.url, ALERT_WEBHOOK_SECRET: 'hush' }
    try {
      const first = start(webhook)
      await publish(0, 50)
      await produce(cluster, alertRules.name, [{ key: 'broken', value: '{"name":"broken","kind":"price"}' }])
      expect(await run('add', 'dear', '--kind', 'price', '--above', '100')).toMatchObject({ code: 0 })
      let n = 0
      const minutes = async (): Promise<boolean> => {
        await publish(++n, 150)
        return (await raised()).length > 0
      }
      await eventually(minutes, first.said)
      const isDelivered = (): boolean => receiver.received.length >= 3
      await eventually(isDelivered, first.said)
      expect(first.said()).toContain('is above 100')

      await first.end('SIGKILL')
      await publish(n + 1, 160, 170)
      const second = start(webhook)
      await publish(n + 3, 90)
      await eventually(async () => (await raised()).length >= 2, second.said)
      const isResolved = (): boolean => receiver.received.some(({ body }) => JSON.parse(body).state === 'resolved')
      await eventually(isResolved, second.said)
      expect(await second.end('SIGTERM')).toBe(0)

      const [firing, resolved, ...more] = await raised()
      expect(more).toEqual([])
      expect(firing).toMatchObject({ rule: 'dear', instrument: BTC, state: 'firing', value: 150, threshold: 100 })
      expect(resolved).toMatchObject({ id: firing?.id, state: 'resolved', value: 90 })
      const letters = (await read(deadLetters.name)).map(text => deadLetters.codec.decode(Buffer.from(text)))
      expect(letters).toMatchObject([
        { stage: 'alert-rules', reason: 'undecodable', detail: expect.stringContaining('above') }
      ])
    } finally {
      await receiver.close()
    }
  }, 120_000)

  test('alerts test tells from the same records when the rule would have fired', async () => {
    const day = ['--from', '2024-08-08']
    const { code, stdout } = await run('test', 'dear', ...day, '--json')
    expect({
      code,
      alerts: stdout
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).state)
    }).toEqual({
      code: 0,
      alerts: ['firing', 'resolved']
    })
    const file = join(folder, 'dearer.json')
    writeFileSync(file, JSON.stringify({ name: 'dearer', kind: 'price', above: 155 }))
    expect((await run('test', '--file', file, ...day)).stdout).toMatch(
      /firing +binance:BTC\/USDT: price 160 is above 155/
    )
    expect((await run('test', 'dear', ...day, '--to', '2024-08-10')).stdout).toMatch(/would have fired 0 times/)
  })
})
