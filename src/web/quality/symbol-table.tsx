import type { JSX } from 'preact'
import type { FeedStatus } from '../../market/records/derived/feed-status.ts'
import { Age } from '../markets/market-row.tsx'
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

const Row = ({ of }: { readonly of: FeedStatus }): JSX.Element => {
  const verdict = verdictOf(of)
  const notTraded = notTradedWords(of)
  return (
    <tr data-symbol={of.symbol} data-verdict={verdict.words}>
      <th scope="row">
        <b>{of.symbol}</b> <small>{of.exchange}</small>
      </th>
      <td data-label="Verdict">
        <span class={verdict.isWhole ? 'badge whole' : 'badge lacks'}>
          <span aria-hidden="true">{verdict.isWhole ? '✓' : '!'}</span> {verdict.words}
        </span>
        {notTraded !== null && (
          <span class="badge off" title={`as of ${formatTime(of.exchangeStatusAt ?? 0)} UTC`}>
            <span aria-hidden="true">‖</span> {notTraded}
          </span>
        )}
      </td>
      <td class="number" data-label="Ids without a hole to">
        {of.contiguousToId === null ? UNKNOWN : formatDecimal(of.contiguousToId)}
      </td>
      <td class="number" data-label="Whole to, UTC">
        {of.wholeTo === null ? UNKNOWN : formatTime(of.wholeTo).slice(11)}
      </td>
      <td class="number" data-label="Holes">
        {of.gapsFilled} filled, {of.gapsOpen} open
        {of.gapsUnrecoverable > 0 && `, ${of.gapsUnrecoverable} lost`}
      </td>
      <td class="number" data-label="Candles revised">
        {of.revisedCandles}
      </td>
      <td class="number" data-label="Against the exchange">
        <Verified to={of.verifiedTo} differing={of.differing} />
      </td>
      <td class="number" data-label="Data age">
        <Age of={`${of.exchange}:${of.symbol}`} />
      </td>
    </tr>
  )
}

const HEADS = [
  'Ids without a hole to',
  'Whole to, UTC',
  'Holes',
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
        {HEADS.map(name => (
          <th key={name} scope="col" class="number">
            {name}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {symbols.map(of => (
        <Row key={`${of.exchange}:${of.symbol}`} of={of} />
      ))}
    </tbody>
  </table>
)
