import type { Bar } from './bar.ts'

/** What one candle did, as multiples of the closes before it. */
type Move = { readonly openA: number; readonly closeA: number; readonly openB: number; readonly closeB: number }

/** Whole numbers below `below` from a seed (mulberry32): the same seed always shuffles alike. */
const drawer = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

const movesOf = (bars: readonly Bar[]): Move[] =>
  bars.slice(1).map(({ a, b }, n) => {
    const before = bars[n]!
    return {
      openA: a.open / before.a.close,
      closeA: a.close / before.a.close,
      openB: b.open / before.b.close,
      closeB: b.close / before.b.close
    }
  })

/** Fisher and Yates' shuffle, in place. */
const shuffle = (moves: Move[], draw: (below: number) => number): void => {
  for (let n = moves.length - 1; n > 0; n--) {
    const other = draw(n + 1)
    const moved = moves[n]!
    moves[n] = moves[other]!
    moves[other] = moved
  }
}

/**
 * The same moves of both instruments, still together, in another order: they correlate as before, begin and end where they did, and no
 * spread of theirs comes back to anything. What is won on these was not won by knowing the pair.
 */
export const shuffleBars = (bars: readonly Bar[], seed: number): readonly Bar[] => {
  const [first] = bars
  if (!first) return []
  const moves = movesOf(bars)
  shuffle(moves, drawer(seed))
  let before = first
  const rest = moves.map((move, n): Bar => {
    before = {
      openTime: bars[n + 1]!.openTime,
      a: { open: before.a.close * move.openA, close: before.a.close * move.closeA },
      b: { open: before.b.close * move.openB, close: before.b.close * move.closeB }
    }
    return before
  })
  return [first, ...rest]
}
