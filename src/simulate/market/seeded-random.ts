/** Seeded randomness without state: the same whole numbers always give the same outcome, in whatever order they are asked. */

const { imul } = Math

const scramble = (state: number, value: number): number => {
  const block = imul(value, 0xcc9e2d51)
  const mixed = state ^ imul((block << 15) | (block >>> 17), 0x1b873593)
  return (imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

const finish = (state: number): number => {
  const first = imul(state ^ (state >>> 16), 0x85ebca6b)
  const second = imul(first ^ (first >>> 13), 0xc2b2ae35)
  return (second ^ (second >>> 16)) >>> 0
}

/** A whole number in 0..2^32-1 (murmur3). */
export const hash = (seed: number, purpose: number, a: number, b = 0): number =>
  finish(scramble(scramble(scramble(scramble(0, seed), purpose), a), b))

/** A whole number for a name. */
export const hashText = (text: string): number => {
  let state = 0
  for (let i = 0; i < text.length; i++) state = scramble(state, text.charCodeAt(i))
  return finish(state)
}

const HALF = 2 ** 32

/** A seeded number of 32 bits for a print of a symbol; other ones for other purposes. */
export const printHash = (native: string, id: number, purpose = 0): number =>
  hash(hashText(native), purpose, id % HALF, Math.floor(id / HALF))

/** A hash as a number in [0, 1). */
export const uniform = (hashed: number): number => hashed / 4_294_967_296

/** A hash as a bell-shaped number of mean 0 and deviation 1, never beyond 3.5: the sum of its four bytes. */
export const bell = (hashed: number): number =>
  ((hashed & 255) + ((hashed >>> 8) & 255) + ((hashed >>> 16) & 255) + (hashed >>> 24) - 510) / 147.8

/** A stream of whole numbers in 0..2^32-1 (mulberry32), for what belongs to one second of one symbol. */
export const randomStream = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}
