import type { JSX } from 'preact'
import { dataAge, feedIn, type ListedInstrument, status } from '../connect/status.ts'
import type { Store } from '../connect/store.ts'
import { finestMs } from '../connect/trust.ts'
import { useSecond } from '../connect/use-second.ts'
import { useStore } from '../connect/use-store.ts'
import { formatAge, formatChange, formatCompact, formatDecimal, padDecimal, UNKNOWN } from '../view/format.ts'
import { hrefOf } from '../view/route.ts'
import { isStale } from '../view/trust.ts'
import { verdictOf } from '../view/verdict.ts'
import type { WatchRow } from '../view/watch-row.ts'
import { Sparkline } from './sparkline.tsx'

const MOVES: Readonly<Record<string, string>> = { '1': 'up', '-1': 'down', '0': '' }

/** How old the newest data of an instrument is. */
export const Age = ({ instrument }: { readonly instrument: string }): JSX.Element => {
  useSecond()
  const age = dataAge(instrument)
  const stale = isStale(age, finestMs())
  return (
    <span class={stale ? 'age stale' : 'age'}>
      {formatAge(age)}
      {stale && age !== null && ' stale'}
    </span>
  )
}

/** What is missing in a feed, if anything is. */
const Lack = ({ instrument }: { readonly instrument: string }): JSX.Element | null => {
  const feed = feedIn(useStore(status), instrument)
  const verdict = feed && verdictOf(feed)
  if (!verdict || verdict.isWhole) return null
  return (
    <small class="lack">
      <span aria-hidden="true">!</span> {verdict.words}
    </small>
  )
}

/** The class of a change: up, down or neither. */
export const directionOf = (change: number | null): string =>
  change === null || change === 0 ? '' : change > 0 ? 'up' : 'down'

/** One instrument of the watchlist. */
export const MarketRow = (props: {
  readonly instrument: ListedInstrument
  readonly store: Store<WatchRow>
}): JSX.Element => {
  const row = useStore(props.store)
  const { key, symbol, exchange } = props.instrument
  const [base, quote] = symbol.split('/')
  return (
    <tr class={isStale(dataAge(key), finestMs()) ? 'is-stale' : ''} data-instrument={key}>
      <th scope="row">
        <a class="symbol" href={hrefOf('chart', { instrument: key })}>
          <b>{base}</b>/{quote} <small>{exchange}</small>
        </a>
        <Lack instrument={key} />
      </th>
      <td class={`number last ${MOVES[row.move]}`}>
        {row.last === null ? UNKNOWN : formatDecimal(padDecimal(row.last, row.digits))}
      </td>
      <td class={`number ${directionOf(row.changePct)}`}>{formatChange(row.changePct)}</td>
      <td class="number wide-only">{formatCompact(row.quoteVolume)}</td>
      <td class="spark-cell">
        <Sparkline spark={row.spark} />
      </td>
      <td class="number">
        <Age instrument={key} />
      </td>
    </tr>
  )
}
