import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import kafkajs from 'kafkajs'
import { createKafka } from '../../src/kafka/client/client.ts'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { candles, rawTicks } from '../../src/topics.ts'
import { freePort } from '../../src/up/process/free-port.ts'
import { BROKER_SETTINGS } from '../../src/up/servers/kafka/kafka-properties.ts'
import { eventually } from '../support/eventually.ts'
import { heartbeat, trade } from '../support/market.ts'
import { HAS_JAVA, type OwnKafka, startOwnKafka } from '../support/own-kafka.ts'
import { runProgram, type StageProcess, startStage } from '../support/program.ts'
import { silent } from '../support/silent.ts'

/** Everybody may do everything that no ACL speaks of. */
const AUTHORIZING = {
  ...BROKER_SETTINGS,
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': 'true'
}

const DENIED = {
  resourceType: kafkajs.AclResourceTypes.TRANSACTIONAL_ID,
  resourceName: 'aggregate',
  resourcePatternType: kafkajs.ResourcePatternTypes.PREFIXED,
  principal: 'User:ANONYMOUS',
  host: '*',
  operation: kafkajs.AclOperationTypes.WRITE,
  permissionType: kafkajs.AclPermissionTypes.DENY
}

const PATIENCE_MS = 60_000

let broker: OwnKafka | null = null
let stage: StageProcess | null = null

afterAll(async () => {
  await stage?.end('SIGKILL')
  await broker?.remove()
})

const play = async ({ brokers }: OwnKafka): Promise<void> => {
  const kafka = createKafka({ brokers: [brokers], ssl: false, sasl: null, compression: 'zstd' }, 'test', silent)
  const port = await freePort(20_000 + Math.floor(Math.random() * 10_000))
  const env = { KAFKA_BROKERS: brokers, METRICS_PORT: String(port), INTERVALS: '1s', TOPIC_PREFIX: '' }
  expect((await runProgram(['topics', 'apply'], env)).code).toBe(0)
  const ask = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}/${path}`)).text()
  const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok
  const start = Math.floor(Date.now() / 1_000) * 1_000 - 60_000
  const producer = kafka.producer()
  await producer.connect()
  /** A trade and the proof that its second is over. */
  const second = async (n: number): Promise<void> => {
    const ticks = [trade(n, start + n * 1_000), heartbeat(n, start + n * 1_000 + 999)]
    const messages = ticks.map(tick => ({ key: rawTicks.key(tick), value: rawTicks.codec.encode(tick) }))
    await producer.send({ topic: rawTicks.name, messages })
  }
  const ended = (): Promise<number> =>
    withAdmin(kafka, async admin => {
      const offsets = await admin.fetchTopicOffsets(candles['1s'].name)
      return offsets.reduce((sum, { high }) => sum + Number(high), 0)
    })

  stage = startStage(['aggregate'], env)
  const { said } = stage
  await second(1)
  await second(2)
  await eventually(async () => (await ended()) > 0, said, PATIENCE_MS)
  await withAdmin(kafka, admin => admin.createAcls({ acl: [DENIED] }))
  await second(3)
  await second(4)
  await eventually(async () => !(await isReady()), said, PATIENCE_MS)
  expect(await ask('readyz')).toMatch(/TRANSACTIONAL_ID_AUTHORIZATION_FAILED: .*allow this user Write/)
  expect(await ask('metrics')).toMatch(/tickstream_commit_failures_total\{.*reason="authorization".*\} [1-9]/)
  expect(said()).toMatch(/"why":"TRANSACTIONAL_ID_AUTHORIZATION_FAILED: .*allow this user Write/)
  const before = await ended()
  const { operation, permissionType, ...resource } = DENIED
  await withAdmin(kafka, admin => admin.deleteAcls({ filters: [{ ...resource, operation, permissionType }] }))
  await eventually(async () => (await isReady()) && (await ended()) > before, said, PATIENCE_MS)
  await producer.disconnect()
  expect(await stage.end('SIGTERM')).toBe(0)
}

const testWithJava = HAS_JAVA ? test : test.skip

testWithJava(
  'a stage whose transactional id is denied is not ready, says what to allow, counts it, and goes on by itself when it is allowed',
  async () => {
    broker = await startOwnKafka(mkdtempSync(join(tmpdir(), 'tickstream-own-kafka-')), AUTHORIZING)
    await play(broker)
  },
  240_000
)
