/** Milliseconds since 1970-01-01 UTC, an integer. */
export type EpochMs = number & { readonly epochMs: unique symbol }

export const epochMs = (value: number): EpochMs => value as EpochMs

/** True for an integer of epoch milliseconds that a market can have printed (2000 to 2286). */
export const isEpochMs = (value: unknown): value is EpochMs =>
  typeof value === 'number' && Number.isInteger(value) && value >= 946_684_800_000 && value < 10_000_000_000_000

/** UTC, without milliseconds where there are none. */
export const iso = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z')
