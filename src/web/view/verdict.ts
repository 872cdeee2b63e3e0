import type { FeedStatus } from '../../market/records/derived/feed-status.ts'
import { formatClock } from './format.ts'

/** Whether everything is there, in words. */
export type Verdict = { readonly isWhole: boolean; readonly words: string }

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`

/** "whole", or what is missing. */
export const verdictOf = (feed: FeedStatus): Verdict => {
  if (feed.contiguousToId === null) return { isWhole: false, words: 'nothing heard yet' }
  const missing = [
    feed.idsDoubtedSince === null
      ? ''
      : `ids in doubt since ${formatClock(feed.idsDoubtedSince)}: the exchange may count its trades anew`,
    feed.gapsOpen > 0 ? `${count(feed.gapsOpen, 'gap is', 'gaps are')} being filled` : '',
    feed.gapsUnrecoverable > 0 ? `${count(feed.gapsUnrecoverable, 'gap was', 'gaps were')} lost for good` : '',
    feed.missingTrades > 0 ? `${count(feed.missingTrades, 'trade is', 'trades are')} missing` : '',
    feed.differing > 0 ? `${count(feed.differing, 'candle differs', 'candles differ')} from the exchange's` : ''
  ].filter(text => text !== '')
  return missing.length === 0 ? { isWhole: true, words: 'whole' } : { isWhole: false, words: missing.join(', ') }
}

/** That the exchange does not trade it, in its own word; null where it does, or nobody has asked. */
export const notTradedWords = ({ exchangeStatus, exchangeStatusAt }: FeedStatus): string | null => {
  if (exchangeStatusAt === null || exchangeStatus === 'TRADING') return null
  return exchangeStatus === null ? 'not listed by the exchange' : `${exchangeStatus} at the exchange`
}

const MAX_NAMED = 3

const lacking = (symbols: readonly FeedStatus[]): string => {
  const named = symbols.slice(0, MAX_NAMED).map(feed => `${feed.symbol}: ${verdictOf(feed).words}`)
  const more = symbols.length - named.length
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

/** To where our candles were held against the exchange's own, in words. */
export const verifiedWords = ({ verifiedTo, differing }: FeedStatus): string => {
  if (verifiedTo === null) return 'not yet verified against the exchange'
  if (differing > 0) return `${count(differing, 'candle differs', 'candles differ')} from the exchange's`
  return `verified against the exchange to ${formatClock(verifiedTo)}`
}

/** The feed that was held against the exchange least far. */
const leastVerified = (symbols: readonly FeedStatus[]): FeedStatus =>
  symbols.reduce((least, feed) => ((feed.verifiedTo ?? 0) < (least.verifiedTo ?? 0) ? feed : least))

/** One line about all feeds: that all are whole, or which are not and why. What is only remembered from before it was no longer live is no proof. */
export const overallVerdict = (symbols: readonly FeedStatus[], isLive: boolean, why = 'not connected'): Verdict => {
  if (!isLive) {
    const words = `${why.charAt(0).toUpperCase()}${why.slice(1)}: whether every feed is whole is not known now.`
    return { isWhole: false, words }
  }
  if (symbols.length === 0) return { isWhole: false, words: 'No feed is listed yet.' }
  const others = symbols.filter(feed => !verdictOf(feed).isWhole)
  if (others.length > 0) return { isWhole: false, words: `Not every feed is whole. ${lacking(others)}.` }
  const whole = `Every feed is whole: no trade of ${count(symbols.length, 'symbol', 'symbols')} is missing`
  return { isWhole: true, words: `${whole}; ${verifiedWords(leastVerified(symbols))}.` }
}
