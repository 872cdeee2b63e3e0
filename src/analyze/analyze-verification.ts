import { instrumentKey } from '../market/instrument.ts'
import type { Candle } from '../market/records/derived/candle.ts'
import type { Verification } from '../market/records/derived/verification.ts'
import { outgoing } from '../stream/topic.ts'
import { source, type Topology } from '../stream/topology.ts'
import { candles, verifications } from '../topics.ts'
import { klineSource } from './stand-in.ts'
import { foldWindow } from './verification/fold-window.ts'
import {
  newVerificationState,
  type VerificationState,
  verificationStateCodec
} from './verification/verification-state.ts'

/** ohlcv_1m, exchange_klines → verifications: every final candle of ours is held against the exchange's own, and each revision again. */
export const analyzeVerification = (): Topology<VerificationState, Candle, Verification> => ({
  name: 'analyze-verification',
  from: [source(candles['1m']), klineSource],
  key: instrumentKey,
  time: ({ final, openTime, closeTime }) => (final ? closeTime : openTime),
  processor: { init: newVerificationState, step: foldWindow },
  route: out => outgoing(verifications, out),
  state: verificationStateCodec
})
