import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/runtime/clock.ts'
import { freePort } from '../../src/up/process/free-port.ts'
import { kafkaFromJars } from '../../src/up/servers/kafka/kafka-from-jars.ts'
import { BROKER_SETTINGS } from '../../src/up/servers/kafka/kafka-properties.ts'

/** False where Kafka's jars cannot run: tests that need a broker of their own are left out there. */
export const HAS_JAVA = spawnSync('java', ['-version']).status === 0

/** A broker that a test may hurt. */
export type OwnKafka = {
  readonly brokers: string
  readonly signal: (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void
  /** Starts it again at the same place, after it has ended. */
  readonly again: () => Promise<void>
  /** Resolves to what it said last, when it has ended, however. */
  readonly ended: () => Promise<string>
  /** Ends it and removes its data. */
  readonly remove: () => Promise<void>
}

/** Starts a broker on a port and in a folder of its own, from Kafka's jars: Java 17 is needed, and Maven the first time. */
export const startOwnKafka = async (
  folder = mkdtempSync(join(tmpdir(), 'tickstream-own-kafka-')),
  settings = BROKER_SETTINGS
): Promise<OwnKafka> => {
  const host = { dataDir: folder, clock: systemClock, print: () => undefined, signal: new AbortController().signal }
  mkdirSync(join(folder, 'logs'), { recursive: true })
  const port = await freePort(30_000 + Math.floor(Math.random() * 20_000))
  const start = () => kafkaFromJars(host, port, undefined, settings)
  let server = await start()
  const pid = (): number => Number(readFileSync(join(folder, 'kafka', 'kafka.pid'), 'utf8'))
  const again = async (): Promise<void> => {
    await server.ended
    server = await start()
  }
  const remove = async (): Promise<void> => {
    try {
      process.kill(pid(), 'SIGKILL')
    } catch {
      // It has ended before.
    }
    await server.ended
    rmSync(folder, { recursive: true, force: true })
  }
  return {
    brokers: `127.0.0.1:${port}`,
    signal: by => void process.kill(pid(), by),
    again,
    ended: async () => (await server.ended).lastMessage,
    remove
  }
}
