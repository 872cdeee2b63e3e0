/** What is done with the parts of what was refused. */
export type Bisection<T> = {
  /** Does the whole of a part, or nothing of it. */
  readonly work: (part: readonly T[]) => Promise<void>
  /** Whether an error says that something in the part is refused; any other is passed on. */
  readonly isRefusal: (error: unknown, part: readonly T[]) => boolean
  /** Takes out one that is refused by itself, in its place among the others. */
  readonly onRefused: (item: T, error: unknown) => Promise<void>
}

/**
 * Does the work with all, in order: where it is refused with halves, and so down to those that are refused by themselves.
 * One that is refused keeps none of its neighbours from being done.
 */
export const bisect = async <T>(items: readonly T[], bisection: Bisection<T>): Promise<void> => {
  try {
    await bisection.work(items)
  } catch (error) {
    if (!bisection.isRefusal(error, items)) throw error
    if (items.length === 1) return bisection.onRefused(items[0]!, error)
    const middle = Math.ceil(items.length / 2)
    await bisect(items.slice(0, middle), bisection)
    await bisect(items.slice(middle), bisection)
  }
}
