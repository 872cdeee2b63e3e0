import type { DeadLetterReason } from '../market/records/dead-letter-reason.ts'

/** A record that the processor could read but not use; it goes to `dead_letters` with its bytes and its origin. */
export type Rejection = { readonly reason: DeadLetterReason; readonly detail: string }

/** What one record led to. `emit` is published in order. */
export type Step<State, Out> = {
  readonly state: State
  readonly emit: readonly Out[]
  readonly reject?: Rejection
}

/**
 * A fold over the records of one key: no clock, no I/O, no randomness.
 * The runner owns the state and hands it to nobody else, so `step` may change it in place and return it.
 */
export type Processor<State, In, Out> = {
  readonly init: (key: string) => State
  readonly step: (state: State, record: In) => Step<State, Out>
  /** What a watcher may see now; asked at a commit, for keys touched since the last one. */
  readonly current?: (state: State) => readonly Out[]
}
