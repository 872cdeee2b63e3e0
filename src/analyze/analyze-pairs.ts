import type { PairLeg } from '../market/records/derived/pair-leg.ts'
import { PAIR_METHODS, type PairStats } from '../market/records/derived/pair-stats.ts'
import { outgoing } from '../stream/topic.ts'
import { source, type Topology } from '../stream/topology.ts'
import { pairLegs, pairs } from '../topics.ts'
import { aggregateLeg } from './pair/state/fold-leg.ts'
import { newPairState, type PairOptions, type PairState } from './pair/state/pair-state.ts'
import { pairStateCodec } from './pair/state/state-codec.ts'

/** Long enough for a half-life of an hour of minutes to show, short enough to be tested by every method at every candle of every second. */
const DEFAULTS: PairOptions = { window: 240, methods: PAIR_METHODS, prices: 'plain' }

/** pair-legs_state → pairs: the legs of a pair and interval meet, and make its statistics. */
export const analyzePairs = (given: Partial<PairOptions> = {}): Topology<PairState, PairLeg, PairStats> => {
  const options = { ...DEFAULTS, ...given }
  return {
    name: 'analyze-pairs',
    from: [source(pairLegs)],
    key: pairLegs.key,
    processor: { init: newPairState(options), step: aggregateLeg(options) },
    route: stats => outgoing(pairs, stats),
    state: pairStateCodec(options)
  }
}
