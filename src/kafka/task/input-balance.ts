import type { ConsumerSession } from '../client/consumer-session.ts'

/** An input is paused while so many of its records wait for those of another. It is resumed below half of that. */
const MAX_WAITING = 20_000

type Waits = { readonly partition: number; readonly waiting: (input: number) => number }

/** Keeps an input that is far ahead of the others from filling the memory. */
export type InputBalance = {
  readonly balance: (task: Waits) => void
  /** The partition is read anew: none of its inputs is paused. */
  readonly reset: (partition: number) => void
}

/** `inputs`: the broker's names. */
export const createInputBalance = (
  session: Pick<ConsumerSession, 'pause' | 'resume'>,
  inputs: readonly string[]
): InputBalance => {
  /** As `topic/partition`. */
  const paused = new Set<string>()
  return {
    balance: task => {
      if (inputs.length === 1) return
      const { partition } = task
      for (const [input, topic] of inputs.entries()) {
        const [name, waiting] = [`${topic}/${partition}`, task.waiting(input)]
        if (waiting > MAX_WAITING && !paused.has(name)) {
          paused.add(name)
          session.pause([{ topic, partition }])
        } else if (waiting < MAX_WAITING / 2 && paused.delete(name)) session.resume([{ topic, partition }])
      }
    },
    reset: partition => {
      for (const topic of inputs) paused.delete(`${topic}/${partition}`)
    }
  }
}
