import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import { runSinkTask } from '../../src/kafka/sink/sink-task.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { alerts } from '../../src/topics.ts'
import { DAY } from '../support/market.ts'
import { memorySink } from '../support/memory-sink.ts'
import { oneProcess } from './one-process.ts'

const TOPIC = alerts.name

/** A sink that reads `alerts` of a cluster whose leaders and topics may change. */
const startSink = () => {
  const { timeline, broker, life, kafka, logs } = oneProcess('sink')
  const sink = memorySink({ topics: [TOPIC] })
  const health = createHealth()
  const stop = new AbortController()
  const ended = runSinkTask({
    sink,
    kafka,
    logs,
    publisher: { send: async () => undefined, close: async () => undefined },
    prefix: '',
    clock: life.clock,
    log: pino({ level: 'silent' }),
    health,
    signal: stop.signal
  })
  ended.catch(() => undefined)
  const write = (value: string): void => broker.log(TOPIC, 0).append([{ key: 'a', value, time: DAY }], null)
  const end = async (): Promise<void> => {
    stop.abort(new Error('SIGTERM'))
    await timeline.run(timeline.nowMs() + 5_000)
    await ended
  }
  return { timeline, broker, sink, health, write, end }
}

test('a leader that is elected while records wait to be stored does not end a sink, and each is stored once', async () => {
  const { timeline, broker, sink, write, end } = startSink()
  await timeline.run(2_000)
  write('1')
  await timeline.run(2_020)
  broker.log(TOPIC, 0).elect(1)
  write('2')
  await timeline.run(8_000)
  await end()
  expect(sink.values).toEqual(['1', '2'])
})

test('a topic that is made anew with as many records as were stored is noticed before another one comes', async () => {
  const { timeline, broker, sink, health, write, end } = startSink()
  write('1')
  await timeline.run(2_000)
  expect(health.problems()).toEqual([])
  broker.replacements.makeAnew(TOPIC, () => 0)
  await timeline.run(9_000)
  expect(health.problems().join()).toMatch(/^positions of sink-memory: alerts .* the topic was made anew/)
  expect(sink.values).toEqual(['1'])
  await end()
})

test('a partition that lost its end is noticed before another record comes', async () => {
  const { timeline, broker, sink, health, write, end } = startSink()
  write('1')
  write('2')
  await timeline.run(2_000)
  expect(sink.values).toEqual(['1', '2'])
  broker.log(TOPIC, 0).elect(0)
  await timeline.run(9_000)
  expect(health.problems().join()).toMatch(/^positions of sink-memory: alerts\/0 .* cut to offset 0/)
  await end()
})
