import { beforeAll, test } from '@jest/globals'

/** A test by its sentence. */
export type Play = readonly [sentence: string, play: () => Promise<void>]

const AT_ONCE = 5
const PATIENCE_MS = 300_000

/** Plays tests side by side, a few at once: they mostly wait, for sessions of the dead to end. Each is reported under its sentence. */
export const together = (plays: readonly Play[]): void => {
  const failures = new Map<string, unknown>()
  const waiting = plays.values()
  const work = async (): Promise<void> => {
    for (const [sentence, play] of waiting) await play().catch(error => failures.set(sentence, error))
  }
  beforeAll(() => Promise.all(Array.from({ length: AT_ONCE }, work)), PATIENCE_MS)
  test.each(plays.map(([sentence]) => sentence))('%s', sentence => {
    if (failures.has(sentence)) throw failures.get(sentence)
  })
}
