/**
 * A technical indicator as a fold over candles, oldest first. Pure: `add` leaves the state that it was given alone, so the open
 * candle is corrected by adding it again to the state before it, and a revised one by adding everything from it on.
 * The state is JSON; restored from its text it goes on with the same values. One candle costs the same however many came before.
 * Inputs are finite numbers.
 */
export type Indicator<State, In, Value> = {
  readonly init: () => State
  readonly add: (state: State, input: In) => State
  /** null until enough candles are in, and where the figure is undefined; never NaN. */
  readonly value: (state: State) => Value | null
}
