import { describe, expect, test } from '@jest/globals'
import { createPublisher } from '../../src/kafka/produce/publisher.ts'
import { epochMs } from '../../src/market/time.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { outgoing } from '../../src/stream/topic.ts'
import { rawTicks } from '../../src/topics.ts'
import { DAY, trade } from '../support/market.ts'
import { silent } from '../support/silent.ts'
import { oneProcess } from './one-process.ts'

const HOUR = 3_600_000

/** A publisher on a machine whose clock is so far off, and brokers whose clock is two hours behind. */
const createWorld = (aheadMs = 0) => {
  const { timeline, broker, life, random, kafka } = oneProcess('ingest', aheadMs)
  broker.clock.aheadMs = -2 * HOUR
  const health = createHealth()
  const publisher = createPublisher({
    kafka,
    prefix: '',
    stage: 'ingest',
    log: silent,
    health,
    clock: life.clock,
    random: random.next
  })
  return { timeline, broker, health, publisher }
}

test('a record whose time has come waits for brokers whose clock is behind, and is no dead letter', async () => {
  const { timeline, broker, health, publisher } = createWorld()
  const sent = publisher.send([outgoing(rawTicks, trade(1, DAY))])
  await timeline.run(3_000)
  expect(health.problems().join()).toMatch(/brokers' clock is behind/)
  broker.clock.aheadMs = 0
  await timeline.run(12_000)
  await sent
  expect(health.problems()).toEqual([])
  expect(broker.visible('raw_ticks')).toHaveLength(1)
  expect(broker.visible('dead_letters')).toEqual([])
})

test('a record of the future is set aside, whatever clock the brokers have', async () => {
  const { timeline, broker, publisher } = createWorld()
  const sent = publisher.send([outgoing(rawTicks, trade(1, DAY + 3 * HOUR))])
  await timeline.run(3_000)
  await sent
  expect(broker.visible('raw_ticks')).toEqual([])
  expect(broker.visible('dead_letters')).toHaveLength(1)
})

describe("where this machine's clock is as far behind as the brokers'", () => {
  test('a record whose time has come by a clock that is trusted waits, and is no dead letter', async () => {
    const { timeline, broker, health, publisher } = createWorld(-2 * HOUR)
    publisher.trust(() => epochMs(DAY))
    const sent = publisher.send([outgoing(rawTicks, trade(1, DAY))])
    await timeline.run(3_000)
    expect(health.problems().join()).toMatch(/brokers' clock is behind/)
    broker.clock.aheadMs = 0
    await timeline.run(12_000)
    await sent
    expect(broker.visible('raw_ticks')).toHaveLength(1)
    expect(broker.visible('dead_letters')).toEqual([])
  })

  test('a record of the future by that clock too is set aside, and its neighbour waits', async () => {
    const { timeline, broker, publisher } = createWorld(-2 * HOUR)
    publisher.trust(() => epochMs(DAY))
    const sent = publisher.send([outgoing(rawTicks, trade(1, DAY + 3 * HOUR)), outgoing(rawTicks, trade(2, DAY))])
    await timeline.run(3_000)
    broker.clock.aheadMs = 0
    await timeline.run(12_000)
    await sent
    expect(broker.visible('raw_ticks')).toHaveLength(1)
    expect(broker.visible('dead_letters')).toHaveLength(1)
  })
})
