import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createKafka } from '../../src/kafka/client/client.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { removeKafkaContainer } from '../../src/up/servers/kafka/kafka-from-container.ts'
import { eventually } from '../support/eventually.ts'
import { runProgram } from '../support/program.ts'
import { silent } from '../support/silent.ts'
import { createTopic, produce, type TestKafka } from '../support/test-kafka.ts'
import { startUp, type UpProcess } from '../support/up-process.ts'
import { whyNoDocker } from '../support/why-no-docker.ts'

const docker = (...args: readonly string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim()

const containerOf = (port: number): string => docker('ps', '--quiet', '--filter', `publish=${port}`)

const kafkaAt = (brokers: string): TestKafka => {
  const settings = { brokers: [brokers], ssl: false, sasl: null, compression: 'zstd' } as const
  return { kafka: createKafka(settings, 'test', silent), brokers, prefix: '', sweep: async () => undefined }
}

/** How far a topic of one partition is committed: one record and the mark of its transaction make 2. */
const endOf = (brokers: string, topic: string): Promise<string> =>
  withAdmin(kafkaAt(brokers).kafka, async admin => (await admin.fetchTopicOffsets(topic))[0]!.high)

const why = whyNoDocker('apache/kafka:4.1.1')

;(why === null ? describe : describe.skip)(`up with a broker in a container${why ? ` (left out: ${why})` : ''}`, () => {
  let dataDir: string
  let up: UpProcess
  const open: UpProcess[] = []
  const start = async (...args: readonly string[]): Promise<string> => {
    up = startUp(['--only', 'kafka', ...args], { DATA_DIR: dataDir, KAFKA_BROKERS: '' })
    open.push(up)
    await up.until(/^KAFKA_BROKERS=.+\n/m)
    return /^KAFKA_BROKERS=(.+)$/m.exec(up.said())![1]!
  }
  const stop = async (): Promise<void> => {
    up.child.kill('SIGINT')
    expect(await once(up.child, 'close')).toEqual([0, null])
  }
  const portOf = (brokers: string): number => Number(brokers.split(':')[1])
  let first: string
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'tickstream-up-docker-'))
  })
  afterAll(async () => {
    for (const { child } of open) child.kill('SIGKILL')
    const signal = new AbortController().signal
    await removeKafkaContainer({ dataDir, clock: systemClock, print: () => undefined, signal })
    rmSync(dataDir, { recursive: true, force: true })
  })

  test('is reached on loopback alone, and ends transactions', async () => {
    first = await start()
    expect(up.said()).toContain('by Docker')
    expect(docker('port', containerOf(portOf(first)))).toBe(`${portOf(first)}/tcp -> ${first}`)
    await createTopic(kafkaAt(first), 'numbers', 1)
    await produce(kafkaAt(first), 'numbers', [{ value: '1' }])
    await eventually(async () => (await endOf(first, 'numbers')) === '2')
  })

  test('is started again when it is killed, with what it held', async () => {
    docker('kill', containerOf(portOf(first)))
    await up.until(/Kafka ended[\s\S]*Kafka is up again/)
    expect(await endOf(first, 'numbers')).toBe('2')
  })

  test('ends with Ctrl-C, leaves no container, and the next start has its data at the same port', async () => {
    await stop()
    expect(containerOf(portOf(first))).toBe('')
    expect(await start()).toBe(first)
    expect(await endOf(first, 'numbers')).toBe('2')
    await stop()
  })

  test('takes the next port when its own is taken, with its data', async () => {
    const blocker = createServer().listen(portOf(first), '127.0.0.1')
    await once(blocker, 'listening')
    const next = await start()
    blocker.close()
    expect(portOf(next)).toBeGreaterThan(portOf(first))
    expect(await endOf(next, 'numbers')).toBe('2')
    await stop()
  })

  test('is stopped by the next start when `up` was killed, and --fresh begins without the data', async () => {
    const left = containerOf(portOf(await start()))
    up.child.kill('SIGKILL')
    await once(up.child, 'close')
    const fresh = await start('--fresh', '--yes')
    expect(docker('ps', '--quiet')).not.toContain(left)
    expect(await withAdmin(kafkaAt(fresh).kafka, admin => admin.listTopics())).not.toContain('numbers')
    await stop()
  })

  test('is what doctor says that `up` would start', async () => {
    const { stdout } = await runProgram(['doctor'], { KAFKA_BROKERS: '' })
    expect(stdout).toMatch(/Kafka: KAFKA_BROKERS is not set; `up` starts one by Docker/)
  })
})
