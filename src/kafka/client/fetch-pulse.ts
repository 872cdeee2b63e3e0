import type { Consumer } from 'kafkajs'
import type { Pulse } from '../../runtime/observe/pulse.ts'

/**
 * Tells a pulse which brokers a consumer asks for records, and which have answered. The client's own event of a fetch comes after
 * a lost connection too, as if nothing had been new: it counts where an answer has arrived since the request alone.
 */
export const watchFetches = (consumer: Consumer, pulse: Pulse, onAnswer: () => void = () => undefined): void => {
  let answers = 0
  const asked = new Map<number, number>()
  consumer.on(consumer.events.REQUEST, ({ payload }) => {
    if (payload.apiName === 'Fetch') answers++
  })
  consumer.on(consumer.events.FETCH_START, ({ payload: { nodeId } }) => {
    asked.set(nodeId, answers)
    pulse.ask(nodeId)
  })
  consumer.on(consumer.events.FETCH, ({ payload: { nodeId } }) => {
    const before = asked.get(nodeId)
    asked.delete(nodeId)
    if (before === undefined || before === answers) return
    onAnswer()
    pulse.answer(nodeId)
  })
  consumer.on(consumer.events.GROUP_JOIN, () => {
    asked.clear()
    pulse.regroup()
  })
}
