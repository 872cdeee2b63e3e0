import type { JSX } from 'preact'
import type { FeedStatus } from '../../market/records/derived/feed-status.ts'
import { Age } from '../markets/market-row.tsx'
import { NumberHeads } from '../shell/number-heads.tsx'
import { formatClock, formatDecimal, formatTime, UNKNOWN } from '../view/format.ts'
import { notTradedWords, verdictOf } from '../view/verdict.ts'

const Verified = ({ to, differing }: { readonly to: number | null; readonly differing: number }): JSX.Element => {
  if (to === null) return <span class="muted">not yet</span>
  return (
    <span title={`${formatTime(to)} UTC`}>
      {differing === 0 && <span aria-hidden="true">✓ </span>}verified to {formatClock(to)}
    </span>
  )
}

const Row = ({ feed }: { readonly feed: FeedStatus }): JSX.Element => {
  const verdict = verdictOf(feed)
  const notTraded = notTradedWords(feed)
  return (
    <tr data-symbol={feed.symbol} data-verdict={verdict.words}>
      <th scope="row">
        <b>{feed.symbol}</b> <small>{feed.exchange}</small>
      </th>
      <td data-label="Verdict">
        <span class={verdict.isWhole ? 'badge whole' : 'badge lacks'}>
          <span aria-hidden="true">{verdict.isWhole ? '✓' : '!'}</span> {verdict.words}
        </span>
        {notTraded !== null && (
          <span class="badge off" title={`as of ${formatTime(feed.exchangeStatusAt ?? 0)} UTC`}>
            <span aria-hidden="true">‖</span> {notTraded}
          </span>
        )}
      </td>
      <td class="number" data-label="Ids without a gap to">
        {feed.contiguousToId === null ? UNKNOWN : formatDecimal(feed.contiguousToId)}
      </td>
      <td class="number" data-label="Whole to, UTC">
        {feed.wholeTo === null ? UNKNOWN : formatTime(feed.wholeTo).slice(11)}
      </td>
      <td class="number" data-label="Gaps">
        {feed.gapsFilled} filled, {feed.gapsOpen} open
        {feed.gapsUnrecoverable > 0 && `, ${feed.gapsUnrecoverable} lost`}
      </td>
      <td class="number" data-label="Candles revised">
        {feed.revisedCandles}
      </td>
      <td class="number" data-label="Against the exchange">
        <Verified to={feed.verifiedTo} differing={feed.differing} />
      </td>
      <td class="number" data-label="Data age">
        <Age instrument={`${feed.exchange}:${feed.symbol}`} />
      </td>
    </tr>
  )
}

const HEADS = [
  'Ids without a gap to',
  'Whole to, UTC',
  'Gaps',
  'Candles revised',
  'Against the exchange',
  'Data age'
] as const

/** What each feed is worth, in figures and in a word. */
export const SymbolTable = ({ symbols }: { readonly symbols: readonly FeedStatus[] }): JSX.Element => (
  <table class="quality stacked">
    <thead>
      <tr>
        <th scope="col">Symbol</th>
        <th scope="col">Verdict</th>
        <NumberHeads names={HEADS} />
      </tr>
    </thead>
    <tbody>
      {symbols.map(feed => (
        <Row key={`${feed.exchange}:${feed.symbol}`} feed={feed} />
      ))}
    </tbody>
  </table>
)
