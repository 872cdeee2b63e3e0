const FIRST_MS = 250
const MAX_MS = 8_000

/** How long to wait before the next try, after so many failed ones; spread, so that not all browsers come back at once. */
export const backOffMs = (failures: number, spread: number): number =>
  Math.min(MAX_MS, FIRST_MS * 2 ** failures) * (0.5 + spread / 2)

/** After so many failed tries the page says that it is offline, and goes on trying. */
export const GIVES_UP_HOPE_AFTER = 4
