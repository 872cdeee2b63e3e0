import { instrumentKey } from '../market/instrument.ts'
import type { Interval } from '../market/interval.ts'
import type { Pair } from '../market/pair.ts'
import type { Candle } from '../market/records/derived/candle.ts'
import { PAIR_SIDES, type PairLeg } from '../market/records/derived/pair-leg.ts'
import type { AnyCandle } from '../market/records/feed/exchange-kline.ts'
import { outgoing } from '../stream/topic.ts'
import { type StateCodec, source, type Topology } from '../stream/topology.ts'
import { candles, compositeLegs, pairLegs as legs } from '../topics.ts'
import { endAt, isProvisional, klineSource, type ProvisionalEnd } from './provisional.ts'

/** Which pairs, and at which intervals. */
export type PairLegsOptions = { readonly pairs: readonly Pair[]; readonly intervals: readonly Interval[] }

/** Each candle of ours stands for itself; of the exchange's those before our first one are sent on. */
type LegsState = { end: ProvisionalEnd; changed: boolean }

const PART = 'stand-in'

const legsState: StateCodec<LegsState> = {
  version: '1',
  changes: state => {
    if (!state.changed) return []
    state.changed = false
    return [{ name: PART, value: JSON.stringify(state.end) }]
  },
  restore: (_key, parts) => ({ end: JSON.parse(parts.get(PART) ?? 'null') as ProvisionalEnd, changed: false })
}

/** Whether a candle is sent on; one of ours at 1m ends what the exchange's stand in for. */
const isWanted = (state: LegsState, candle: AnyCandle): boolean => {
  if (candle.status === 'exchange') return isProvisional(state.end, candle)
  if (!candle.final) return false
  if (candle.interval !== '1m') return true
  const end = endAt(state.end, candle.openTime)
  state.changed ||= end !== state.end
  state.end = end
  return true
}

const legsOf = (pairs: readonly Pair[], candle: AnyCandle): readonly PairLeg[] => {
  const instrument = instrumentKey(candle)
  const { interval, openTime, close, revision } = candle
  const mark = candle.status === 'exchange' ? { standIn: true as const } : {}
  return pairs.flatMap(({ a, b }) =>
    PAIR_SIDES.filter(side => ({ a, b })[side] === instrument).map(side => ({
      a,
      b,
      side,
      interval,
      openTime,
      close,
      revision: Math.max(0, revision),
      ...mark
    }))
  )
}

/** Every final 1m candle of ours goes to where those of the other venues of its symbol go. */
const isCompositeLeg = (candle: AnyCandle): candle is Candle =>
  candle.final && candle.interval === '1m' && candle.status !== 'exchange'

const isPairLeg = (leg: PairLeg | Candle): leg is PairLeg => 'side' in leg

/**
 * ohlcv_* → pair-legs_state, composite-legs_state: final candles go to where those that they are joined with go, the exchange's own 1m
 * candles before them too: once for each pair that has their instrument, and at 1m to the other venues of their symbol.
 */
export const pairLegs = ({ pairs, intervals }: PairLegsOptions): Topology<LegsState, AnyCandle, PairLeg | Candle> => ({
  name: 'analyze-pair-legs',
  from: [...intervals.map(interval => source(candles[interval])), ...(intervals.includes('1m') ? [klineSource] : [])],
  key: instrumentKey,
  time: ({ final, openTime, closeTime }) => (final ? closeTime : openTime),
  processor: {
    init: () => ({ end: null, changed: false }),
    step: (state, candle) => ({
      state,
      emit: [...(isWanted(state, candle) ? legsOf(pairs, candle) : []), ...(isCompositeLeg(candle) ? [candle] : [])]
    })
  },
  route: leg => (isPairLeg(leg) ? outgoing(legs, leg) : outgoing(compositeLegs, leg)),
  state: legsState
})
