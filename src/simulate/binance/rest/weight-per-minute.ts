/** Request weight that may be used a minute. */
export const WEIGHT_PER_MINUTE = 6_000
