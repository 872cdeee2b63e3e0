import { expect } from '@jest/globals'
import { type AggregateScene, openAggregateScene } from './aggregate-scene.ts'

/** Plays in a scene of its own; in the end every revision stands there once, with the bytes of an undisturbed run and the right sums. */
export const inScene = async (
  seed: number,
  play: (scene: AggregateScene) => Promise<void>,
  on?: string
): Promise<void> => {
  const scene = await openAggregateScene(seed, on)
  try {
    await play(scene)
    const { read, due, wrong, revisions } = await scene.finish()
    expect(read).toEqual(due)
    expect(wrong).toEqual([])
    expect(revisions).toBeGreaterThan(0)
  } finally {
    await scene.close()
  }
}
