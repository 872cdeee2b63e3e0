/** A value that can be watched. */
export type Store<T> = {
  readonly get: () => T
  readonly set: (next: T) => void
  /** Calls back after each change, until what it returns is called. */
  readonly watch: (listener: () => void) => () => void
}

export const createStore = <T>(initial: T): Store<T> => {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: next => {
      if (Object.is(next, value)) return
      value = next
      for (const listener of [...listeners]) listener()
    },
    watch: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}
