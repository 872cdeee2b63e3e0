/** How long to wait before the next attempt, in milliseconds: doubling from `firstMs` up to `mostMs`, spread over half of it. */
export const backOffMs = (
  failures: number,
  within: { readonly firstMs: number; readonly mostMs: number },
  random: () => number
): number => {
  const most = Math.min(within.mostMs, within.firstMs * 2 ** Math.min(failures, 20))
  return most * (0.5 + random() / 2)
}
