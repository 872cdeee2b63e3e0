import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { instruments, type ListedInstrument } from '../connect/status.ts'
import { useStore } from '../connect/use-store.ts'
import { onKey } from '../shell/keys.ts'
import { nowAt, route } from '../shell/router.ts'
import { MarketCards } from './market-cards.tsx'
import { type MarketFeed, startMarketFeed } from './market-feed.ts'
import { MarketRow } from './market-row.tsx'

const useMarketFeed = (listed: readonly ListedInstrument[] | null): MarketFeed | null => {
  const [feed, setFeed] = useState<MarketFeed | null>(null)
  useEffect(() => {
    if (!listed) return
    const started = startMarketFeed(listed)
    setFeed(started)
    return started.stop
  }, [listed])
  return feed
}

const Watchlist = (props: { readonly listed: readonly ListedInstrument[]; readonly feed: MarketFeed }): JSX.Element => (
  <table class="watchlist">
    <thead>
      <tr>
        <th scope="col">Symbol</th>
        <th scope="col" class="number">
          Last
        </th>
        <th scope="col" class="number">
          24 h
        </th>
        <th scope="col" class="number wide-only">
          Volume 24 h
        </th>
        <th scope="col" class="spark-cell">
          Last 2 h
        </th>
        <th scope="col" class="number">
          Data age
        </th>
      </tr>
    </thead>
    <tbody>
      {props.listed.map(one => (
        <MarketRow key={one.key} instrument={one} store={props.feed.row(one.key)} />
      ))}
    </tbody>
  </table>
)

const Finder = ({ text }: { readonly text: string }): JSX.Element => {
  const field = useRef<HTMLInputElement>(null)
  useEffect(
    () =>
      onKey(key => {
        if (key === '/') field.current?.focus()
        return key === '/'
      }),
    []
  )
  return (
    <label class="finder">
      <span class="unseen">Filter symbols</span>
      <input
        ref={field}
        type="search"
        placeholder="Filter  ( / )"
        value={text}
        onInput={event => nowAt('markets', { find: event.currentTarget.value })}
      />
    </label>
  )
}

/** The watchlist. */
export const MarketsPage = (): JSX.Element => {
  const listed = useStore(instruments)
  const { params } = useStore(route)
  const feed = useMarketFeed(listed)
  const wanted = (params.find ?? '').toUpperCase()
  return (
    <section class="page">
      <div class="page-head">
        <h2>Markets</h2>
        <Finder text={params.find ?? ''} />
      </div>
      {listed && feed && <MarketCards listed={listed} feed={feed} />}
      <div class="card flush">
        {listed && feed && (
          <Watchlist listed={listed.filter(({ key }) => key.toUpperCase().includes(wanted))} feed={feed} />
        )}
        {!listed && <p class="empty">Asking the gateway which instruments there are…</p>}
        {listed?.length === 0 && <p class="empty">No instrument is listed yet; the first trade brings it.</p>}
      </div>
    </section>
  )
}
