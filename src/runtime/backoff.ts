/** How long to wait before try `attempt` (from 0): doubling, with jitter, so that many waiters do not return at once. Milliseconds. */
export const backoffMs = (attempt: number, first = 200, most = 10_000, random: () => number = Math.random): number => {
  const full = Math.min(most, first * 2 ** Math.min(attempt, 30))
  return full / 2 + (random() * full) / 2
}
