import type { JSX } from 'preact'
import { dataAge, type ListedInstrument } from '../connect/status.ts'
import type { Store } from '../connect/store.ts'
import { finestMs } from '../connect/trust.ts'
import { useStore } from '../connect/use-store.ts'
import { formatChange, formatDecimal, padDecimal, UNKNOWN } from '../view/format.ts'
import { hrefOf } from '../view/route.ts'
import { isStale } from '../view/trust.ts'
import type { WatchRow } from '../view/watch-row.ts'
import type { MarketFeed } from './market-feed.ts'
import { directionOf } from './market-row.tsx'
import { Sparkline } from './sparkline.tsx'

const MAX_CARDS = 4

const Card = (props: { readonly instrument: ListedInstrument; readonly store: Store<WatchRow> }): JSX.Element => {
  const row = useStore(props.store)
  const { key, symbol } = props.instrument
  return (
    <a
      class={`card market-card ${isStale(dataAge(key), finestMs()) ? 'is-stale' : ''}`}
      href={hrefOf('chart', { instrument: key })}
    >
      <span class="market-name">{symbol}</span>
      <span class={`market-change ${directionOf(row.changePct)}`}>{formatChange(row.changePct)}</span>
      <b class="market-last">{row.last === null ? UNKNOWN : formatDecimal(padDecimal(row.last, row.digits))}</b>
      <Sparkline spark={row.spark} />
    </a>
  )
}

/** The first few instruments, large. */
export const MarketCards = (props: {
  readonly listed: readonly ListedInstrument[]
  readonly feed: MarketFeed
}): JSX.Element => (
  <div class="market-cards">
    {props.listed.slice(0, MAX_CARDS).map(one => (
      <Card key={one.key} instrument={one} store={props.feed.row(one.key)} />
    ))}
  </div>
)
