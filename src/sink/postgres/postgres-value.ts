import type { Alert } from '../../market/records/alert/alert.ts'
import type { DeadLetter } from '../../market/records/dead-letter.ts'
import type { Candle } from '../../market/records/derived/candle.ts'
import type { Composite } from '../../market/records/derived/composite.ts'
import type { Indicators } from '../../market/records/derived/indicators.ts'
import type { Kpi } from '../../market/records/derived/kpi.ts'
import type { PairStats } from '../../market/records/derived/pair-stats.ts'
import type { Verification } from '../../market/records/derived/verification.ts'
import type { Gap } from '../../market/records/feed/gap.ts'
import type { InstrumentFacts } from '../../market/records/feed/instrument-facts.ts'

/** What the database keeps: final candles and the exchange's own, what was computed from them, gaps, dead letters. */
export type PostgresValue =
  | { readonly kind: 'candle'; readonly candle: Candle }
  | { readonly kind: 'indicators'; readonly indicators: Indicators }
  | { readonly kind: 'kpi'; readonly kpi: Kpi }
  | { readonly kind: 'pair'; readonly stats: PairStats }
  | { readonly kind: 'composite'; readonly composite: Composite }
  | { readonly kind: 'verification'; readonly verification: Verification }
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'gap'; readonly gap: Gap }
  | { readonly kind: 'instrument'; readonly facts: InstrumentFacts }
  | { readonly kind: 'dead letter'; readonly letter: DeadLetter }
