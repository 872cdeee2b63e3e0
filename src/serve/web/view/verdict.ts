/** How an instrument's feed stands, as the gateway tells it. */
export type SymbolStatus = {
  readonly exchange: string
  readonly symbol: string
  readonly lastTradeTime: number | null
  readonly watermark: number | null
  readonly wholeTo: number | null
  readonly contiguousToId: string | null
  readonly dataAgeMs: number | null
  readonly gapsOpen: number
  readonly gapsFilled: number
  readonly gapsUnrecoverable: number
  readonly missingTrades: number
  readonly revisedCandles: number
  readonly verifiedTo: number | null
  readonly differing: number
}

/** Whether everything is there, in words. */
export type Verdict = { readonly isWhole: boolean; readonly words: string }

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

/** "whole", or what is missing. */
export const verdictOf = (of: SymbolStatus): Verdict => {
  if (of.contiguousToId === null) return { isWhole: false, words: 'nothing heard yet' }
  const missing = [
    of.gapsOpen > 0 ? `${count(of.gapsOpen, 'hole is', 'holes are')} being filled` : '',
    of.gapsUnrecoverable > 0 ? `${count(of.gapsUnrecoverable, 'hole was', 'holes were')} lost for good` : '',
    of.missingTrades > 0 ? `${count(of.missingTrades, 'trade is', 'trades are')} missing` : '',
    of.differing > 0 ? `${count(of.differing, 'candle differs', 'candles differ')} from the exchange's` : ''
  ].filter(text => text !== '')
  return missing.length === 0 ? { isWhole: true, words: 'whole' } : { isWhole: false, words: missing.join(', ') }
}

/** Data this old is greyed. */
const STALE_AFTER_MS = 15_000

export const isStale = (ageMs: number | null): boolean => ageMs === null || ageMs > STALE_AFTER_MS
