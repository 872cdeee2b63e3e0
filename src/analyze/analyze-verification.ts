import { instrumentKey } from '../market/instrument.ts'
import type { Verification } from '../market/records/derived/verification.ts'
import type { AnyCandle } from '../market/records/feed/exchange-kline.ts'
import { outgoing } from '../stream/topic.ts'
import { source, type Topology } from '../stream/topology.ts'
import { candles, verifications } from '../topics.ts'
import { klineSource } from './provisional.ts'
import { foldWindow } from './verification/fold-window.ts'
import {
  newVerificationState,
  type VerificationState,
  verificationStateCodec
} from './verification/verification-state.ts'

/** Which fields of its candles an exchange makes by a rule of its own. */
export type Incomparable = (exchange: string) => readonly string[]

/**
 * ohlcv_1m, exchange_klines → verifications: every final candle of ours is held against the exchange's own, and each revision again, by the
 * fields that the exchange tells and makes of the same trades.
 */
export const analyzeVerification = (
  incomparable: Incomparable = () => []
): Topology<VerificationState, AnyCandle, Verification> => ({
  name: 'analyze-verification',
  from: [source(candles['1m']), klineSource],
  key: instrumentKey,
  time: ({ final, openTime, closeTime }) => (final ? closeTime : openTime),
  processor: {
    init: newVerificationState,
    step: (state, candle) => foldWindow(state, candle, incomparable(candle.exchange))
  },
  route: out => outgoing(verifications, out),
  state: verificationStateCodec
})
