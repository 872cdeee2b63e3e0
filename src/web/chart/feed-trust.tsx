import type { JSX } from 'preact'
import { gateway } from '../connect/gateway.ts'
import { feedIn, status } from '../connect/status.ts'
import { trust } from '../connect/trust.ts'
import { useStore } from '../connect/use-store.ts'
import { hrefOf } from '../view/route.ts'
import { notTradedWords, verdictOf, verifiedWords } from '../view/verdict.ts'

/** What the feed behind a chart is worth now: whether it is whole, and to where it was held against the exchange's own candles. */
export const FeedTrust = ({ instrument }: { readonly instrument: string }): JSX.Element | null => {
  const feed = feedIn(useStore(status), instrument)
  const { state, words: why } = useStore(trust)
  const isConnected = useStore(gateway.state) === 'live'
  if (!feed) return null
  if (state !== 'live') return <span class="feed-trust lacks">! {isConnected ? why : 'not connected'}</span>
  const { isWhole, words } = verdictOf(feed)
  const notTraded = notTradedWords(feed)
  return (
    <a class={`feed-trust ${isWhole ? 'whole' : 'lacks'}`} href={hrefOf('quality')}>
      <span aria-hidden="true">{isWhole ? '✓' : '!'}</span> {words}
      {feed.differing === 0 && ` · ${verifiedWords(feed)}`}
      {notTraded !== null && (
        <>
          {' · '}
          <span aria-hidden="true">‖</span> {notTraded}
        </>
      )}
    </a>
  )
}
