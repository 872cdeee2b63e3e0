import { expect, test } from '@jest/globals'
import type { Kafka } from 'kafkajs'
import { withAdmin } from '../../src/kafka/client/with-admin.ts'
import { fakeClock } from '../support/fake-clock.ts'

const NOT_LEADER = Object.assign(new Error('not the leader'), {
  name: 'KafkaJSProtocolError',
  type: 'NOT_LEADER_FOR_PARTITION',
  retriable: true
})

/** A cluster in which a partition is led by whom `leader` names; a connection knows who that was when it was made. */
const clusterLedBy = (leader: () => string) => {
  const open = new Set<object>()
  const admin = () => {
    let known: string | undefined
    const one = {
      connect: async () => {
        open.add(one)
        known = leader()
      },
      fetchTopicOffsets: async () => {
        if (known !== leader()) throw NOT_LEADER
        return []
      },
      disconnect: async () => void open.delete(one)
    }
    return one
  }
  return { kafka: { admin } as unknown as Kafka, open }
}

test('a partition whose leader has moved is asked for at the broker that leads it now', async () => {
  let leader = 'first'
  const { kafka, open } = clusterLedBy(() => leader)
  const offsets = withAdmin(
    kafka,
    admin => {
      const answer = admin.fetchTopicOffsets('ticks')
      leader = 'second'
      return answer.then(() => admin.fetchTopicOffsets('ticks'))
    },
    fakeClock()
  )
  expect(await offsets).toEqual([])
  expect(open.size).toBe(0)
})

test('a broker is given ten seconds to lead topics that were just made', async () => {
  const clock = fakeClock()
  const work = async () => {
    if (clock.monotonicMs() < 9_000) throw NOT_LEADER
    return 'led'
  }
  expect(await withAdmin(clusterLedBy(() => 'only').kafka, work, clock)).toBe('led')
})

test('a broker that does not settle is told as one that does not answer', async () => {
  const { kafka, open } = clusterLedBy(() => 'only')
  const work = () => Promise.reject(NOT_LEADER)
  await expect(withAdmin(kafka, work, fakeClock())).rejects.toMatchObject({ code: 'TS-KAFKA-AWAY', retryable: true })
  expect(open.size).toBe(0)
})

test('any other error is told at once', async () => {
  const clock = fakeClock()
  const work = () => Promise.reject(new Error('no such thing'))
  await expect(withAdmin(clusterLedBy(() => 'only').kafka, work, clock)).rejects.toThrow('no such thing')
  expect(clock.slept).toEqual([])
})
