/** The times between two assignments. What was begun in one is given up when it ends. */
export type Turns = {
  /** Raised at the end of the present one. */
  readonly signal: () => AbortSignal
  /** Ends the present one, and begins the next. */
  readonly next: () => void
}

export const createTurns = (): Turns => {
  let turn = new AbortController()
  const next = (): void => {
    turn.abort(new Error('the group gives its partitions out anew'))
    turn = new AbortController()
  }
  return { signal: () => turn.signal, next }
}
