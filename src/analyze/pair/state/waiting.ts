/** Prices of one leg, by open time, whose candle of the other leg has not come; in chunks of consecutive times. */
export type Waiting = Map<number, Map<number, number>>

/** Of 100 candles each, a day of seconds: how far one leg may run ahead of the other before its oldest candles are forgotten. */
const MAX_CHUNKS = 865

/** Keeps a price until the other leg comes. The chunks that are forgotten for it. */
export const addWaiting = (waiting: Waiting, chunk: number, openTime: number, price: number): readonly number[] => {
  const prices = waiting.get(chunk) ?? new Map<number, number>()
  waiting.set(chunk, prices.set(openTime, price))
  return waiting.size > MAX_CHUNKS ? evictChunks(waiting, Math.min(...waiting.keys()) + 1) : []
}

/** Takes a price out; undefined when none waits. */
export const removeWaiting = (waiting: Waiting, chunk: number, openTime: number): number | undefined => {
  const prices = waiting.get(chunk)
  const price = prices?.get(openTime)
  prices?.delete(openTime)
  if (prices?.size === 0) waiting.delete(chunk)
  return price
}

/** Forgets the chunks before one, and says which. */
export const evictChunks = (waiting: Waiting, before: number): readonly number[] => {
  const gone = [...waiting.keys()].filter(chunk => chunk < before)
  for (const chunk of gone) waiting.delete(chunk)
  return gone
}
