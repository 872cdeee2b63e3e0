import type { Candle } from '../market/records/derived/candle.ts'
import type { Composite } from '../market/records/derived/composite.ts'
import { outgoing } from '../stream/topic.ts'
import { source, type Topology } from '../stream/topology.ts'
import { compositeLegs, composites } from '../topics.ts'
import { type CompositeState, compositeStateCodec, newCompositeState } from './composite/composite-state.ts'
import { foldVenue } from './composite/fold-venue.ts'

/** composite-legs_state → composite: the final 1m candles of the venues of a symbol meet, and say what they say together. */
export const analyzeComposite = (): Topology<CompositeState, Candle, Composite> => ({
  name: 'analyze-composite',
  from: [source(compositeLegs)],
  key: compositeLegs.key,
  processor: { init: newCompositeState, step: foldVenue },
  route: composite => outgoing(composites, composite),
  state: compositeStateCodec
})
