import type { Clock } from '../clock.ts'

/**
 * How lately those who are asked again and again have answered. A claim about the present stands on their answers: whoever was asked
 * and is silent makes the whole as old as the silence, and when nobody is asked any more, it is as old as the last answer.
 */
export type Pulse = {
  readonly ask: (source: number) => void
  readonly answer: (source: number) => void
  /** From now on others may be asked; who is asked again goes on with the silence of before. */
  readonly regroup: () => void
  /** null before the first answer. */
  readonly ageMs: () => number | null
}

/** What has been silent for so long is dead until it answers again: screens and answers say so within five seconds. */
export const STALLED_AFTER_MS = 3_000

export const createPulse = (clock: Clock): Pulse => {
  let answeredAt: number | null = null
  let waiting = new Map<number, number>()
  let before = new Map<number, number>()
  return {
    ask: source => {
      if (!waiting.has(source)) waiting.set(source, before.get(source) ?? clock.monotonicMs())
    },
    answer: source => {
      before.delete(source)
      if (waiting.delete(source)) answeredAt = clock.monotonicMs()
    },
    regroup: () => {
      before = waiting
      waiting = new Map()
    },
    ageMs: () => (answeredAt === null ? null : clock.monotonicMs() - Math.min(answeredAt, ...waiting.values()))
  }
}
