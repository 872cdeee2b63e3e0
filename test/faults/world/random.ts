import { seeded } from '../../support/seeded.ts'

/** A seeded source of chance. Forks have their own sequence, so that one part of the world does not disturb another. */
export type Random = {
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number from `least` to `most`, both inclusive. */
  readonly int: (least: number, most: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(list: readonly T[]) => T
  readonly fork: (name: string) => Random
}

/** Spreads a text and a number over 32 bits. */
const mix = (seed: number, name: string): number => {
  let hash = (seed ^ 0x9e3779b9) >>> 0
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0
  return hash
}

export const createRandom = (seed: number): Random => {
  const next = seeded(mix(seed, 'root'))
  const int = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    int,
    chance: probability => next() < probability,
    pick: list => list[int(0, list.length - 1)]!,
    fork: name => createRandom(mix(seed, name))
  }
}
