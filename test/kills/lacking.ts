/** How many of the one are not in the other. */
export const lacking = (all: Iterable<string>, found: ReadonlySet<string>): number =>
  [...all].filter(one => !found.has(one)).length
