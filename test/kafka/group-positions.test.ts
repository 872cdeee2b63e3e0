import { EventEmitter } from 'node:events'
import { expect, test } from '@jest/globals'
import type { Kafka } from 'kafkajs'
import { setGroupPositions } from '../../src/kafka/admin/group-positions.ts'

const SETTLING = Object.assign(new Error('the coordinator is loading'), { retriable: true })

/** A stopped group whose only member breaks off once and, where `restart` says so, joins after all. */
const groupThatBreaksOff = (restart: boolean) => {
  const said = new EventEmitter()
  const committed: unknown[] = []
  const nothing = async (): Promise<void> => undefined
  const consumer = {
    events: { GROUP_JOIN: 'join', CRASH: 'crash' },
    on: said.on.bind(said),
    connect: nothing,
    subscribe: nothing,
    pause: () => undefined,
    run: async () => {
      said.emit('crash', { payload: { error: SETTLING, restart } })
      if (restart) setImmediate(() => said.emit('join', { payload: { memberAssignment: { ticks: [0] } } }))
    },
    commitOffsets: async (offsets: readonly unknown[]) => void committed.push(...offsets),
    disconnect: nothing
  }
  const admin = { connect: nothing, disconnect: nothing, describeGroups: async () => ({ groups: [] }) }
  return { kafka: { admin: () => admin, consumer: () => consumer } as unknown as Kafka, committed }
}

const POSITIONS = [{ partition: 0, next: 5n }]

test('a group takes its positions though its member broke off and joined again', async () => {
  const { kafka, committed } = groupThatBreaksOff(true)
  await setGroupPositions(kafka, 'sink', 'ticks', POSITIONS)
  expect(committed).toEqual([{ topic: 'ticks', partition: 0, offset: '5' }])
})

test('a member that broke off for good is told', async () => {
  const { kafka, committed } = groupThatBreaksOff(false)
  await expect(setGroupPositions(kafka, 'sink', 'ticks', POSITIONS)).rejects.toThrow('the coordinator is loading')
  expect(committed).toEqual([])
})
