import type { PairLeg } from '../market/pair-leg.ts'
import type { PairStats } from '../market/pair-stats.ts'
import { outgoing } from '../stream/topic.ts'
import { source, type Topology } from '../stream/topology.ts'
import { pairLegs, pairs } from '../topics.ts'
import { foldLeg } from './pair/fold-leg.ts'
import { newPairState, type PairOptions, type PairState } from './pair/pair-state.ts'
import { pairStateCodec } from './pair/state-codec.ts'

/** pair-legs_state → pairs: the legs of a pair and interval meet, and make its statistics. */
export const analyzePairs = (options: PairOptions): Topology<PairState, PairLeg, PairStats> => ({
  name: 'analyze-pairs',
  from: [source(pairLegs)],
  key: pairLegs.key,
  processor: { init: newPairState(options), step: foldLeg(options) },
  route: stats => outgoing(pairs, stats),
  state: pairStateCodec(options)
})
