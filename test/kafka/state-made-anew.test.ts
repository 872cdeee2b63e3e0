import { expect, test } from '@jest/globals'
import { aggregate } from '../../src/aggregate/aggregate.ts'
import { TaskManager } from '../../src/kafka/task/task-manager.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { candles, rawTicks, stateTopic } from '../../src/topics.ts'
import { oneProcess } from '../faults/one-process.ts'
import { DAY, heartbeat, trade } from '../support/market.ts'
import { silent } from '../support/silent.ts'

const PARTITION = 1
const STATE = stateTopic('aggregate')

/** A cluster on which an aggregator can be started, and how far it has come with the first of two seconds of trades. */
const createScene = async () => {
  const { timeline, broker, life, kafka, logs } = oneProcess('aggregate')
  const settings = { intervals: ['1s'], gapHoldMs: 10_000, revisionHorizonMs: 60_000 } as const
  const start = () => {
    const health = createHealth()
    const stop = new AbortController()
    const around = { kafka, logs, prefix: '', clock: life.clock, log: silent, health, signal: stop.signal }
    const ended = new TaskManager({ ...around, topology: aggregate(settings), commitEveryMs: 100 }).start()
    const end = async (): Promise<void> => {
      stop.abort(new Error('SIGTERM'))
      await timeline.run(timeline.nowMs() + 5_000)
      await ended
    }
    return { health, end }
  }
  const trades = (second: number): void => {
    const at = DAY + second * 1_000
    const ticks = [trade(second + 1, at), heartbeat(second + 1, at + 1_000)]
    const records = ticks.map(tick => ({
      key: rawTicks.key(tick),
      value: rawTicks.codec.encode(tick),
      time: tick.time
    }))
    broker.log(rawTicks.name, PARTITION).append(records, null)
  }
  const makeStateAnew = (): void => broker.replacements.makeAnew(STATE, partition => broker.log(STATE, partition).end())
  const runFor = (ms: number): Promise<void> => timeline.run(timeline.nowMs() + ms)
  const published = () => broker.visible(candles['1s'].name).map(({ value }) => JSON.parse(String(value)))
  const stored = () => broker.log(STATE, PARTITION).fetch(0, Number.POSITIVE_INFINITY).entries
  trades(0)
  const first = start()
  await runFor(6_000)
  return { first, start, trades, makeStateAnew, runFor, published, stored }
}

const STANDS_STILL = /aggregate_state\/1 is not the log that was read before/

test('a state that is made anew while a stage runs is not written to by the next commit', async () => {
  const { first, trades, makeStateAnew, runFor, stored } = await createScene()
  expect(stored()).not.toEqual([])
  makeStateAnew()
  trades(1)
  await runFor(6_000)
  expect(stored()).toEqual([])
  expect(first.health.problems().join()).toMatch(STANDS_STILL)
  await first.end()
})

test('a state that was made anew while no stage ran is no first start: nothing is published twice', async () => {
  const { first, start, trades, makeStateAnew, runFor, published, stored } = await createScene()
  await first.end()
  const before = published()
  expect(before).not.toEqual([])
  makeStateAnew()
  trades(1)
  const second = start()
  await runFor(10_000)
  expect(published()).toEqual(before)
  expect(stored()).toEqual([])
  expect(second.health.problems().join()).toMatch(STANDS_STILL)
  await second.end()
})
