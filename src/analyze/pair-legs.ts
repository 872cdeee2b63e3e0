import type { Candle } from '../market/candle.ts'
import { instrumentKey } from '../market/instrument.ts'
import type { Interval } from '../market/interval.ts'
import type { Pair } from '../market/pair.ts'
import { PAIR_SIDES, type PairLeg } from '../market/pair-leg.ts'
import { outgoing } from '../stream/topic.ts'
import { type StateCodec, source, type Topology } from '../stream/topology.ts'
import { candles, pairLegs as legs } from '../topics.ts'

/** Which pairs, and at which intervals. */
export type PairLegsOptions = { readonly pairs: readonly Pair[]; readonly intervals: readonly Interval[] }

/** Each candle stands for itself. */
const stateless: StateCodec<null> = { version: '1', changes: () => [], restore: () => null }

const legsOf = (pairs: readonly Pair[], candle: Candle): readonly PairLeg[] => {
  const instrument = instrumentKey(candle)
  const { interval, openTime, close, revision } = candle
  return pairs.flatMap(({ a, b }) =>
    PAIR_SIDES.filter(side => ({ a, b })[side] === instrument).map(side => ({
      a,
      b,
      side,
      interval,
      openTime,
      close,
      revision
    }))
  )
}

/** ohlcv_* → pair-legs_state: final candles, once for each pair that has their instrument, go to where the other leg goes. */
export const pairLegs = ({ pairs, intervals }: PairLegsOptions): Topology<null, Candle, PairLeg> => ({
  name: 'analyze-pair-legs',
  from: intervals.map(interval => source(candles[interval])),
  key: instrumentKey,
  time: ({ final, openTime, closeTime }) => (final ? closeTime : openTime),
  processor: {
    init: () => null,
    step: (state, candle) => ({ state, emit: candle.final ? legsOf(pairs, candle) : [] })
  },
  route: leg => outgoing(legs, leg),
  state: stateless
})
