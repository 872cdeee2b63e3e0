import type { JSX } from 'preact'
import type { Gap } from '../../market/records/feed/gap.ts'
import { formatDecimal, formatTime } from '../view/format.ts'
import { gapKey } from '../view/lists/gap-list.ts'

const MAX_ROWS = 50

const GapRow = ({ gap }: { readonly gap: Gap }): JSX.Element => (
  <tr>
    <th scope="row">{gap.symbol}</th>
    <td data-label="State">
      <span class={`badge ${gap.status === 'filled' ? 'whole' : 'lacks'}`}>{gap.status}</span>
    </td>
    <td class="number" data-label="Trades">
      {formatDecimal(String(gap.count))}
    </td>
    <td class="number" data-label="Ids">
      {gap.fromId} – {gap.toId}
    </td>
    <td data-label="Cause">{gap.cause}</td>
    <td class="time" data-label="Found, UTC">
      {formatTime(gap.detectedAt)}
    </td>
    <td class="number" data-label="Closed after">
      {gap.closedAt === null ? 'still open' : `${((gap.closedAt - gap.detectedAt) / 1000).toFixed(1)} s`}
    </td>
  </tr>
)

/** Gaps that were found in the feeds' trade ids, and what became of them. */
export const GapTable = ({ gaps }: { readonly gaps: readonly Gap[] | null }): JSX.Element => {
  if (!gaps || gaps.length === 0) return <p class="empty">{gaps ? 'No gap was ever found.' : 'Loading…'}</p>
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">Symbol</th>
          <th scope="col">State</th>
          <th scope="col" class="number">
            Trades
          </th>
          <th scope="col" class="number">
            Ids
          </th>
          <th scope="col">Cause</th>
          <th scope="col">Found, UTC</th>
          <th scope="col" class="number">
            Closed after
          </th>
        </tr>
      </thead>
      <tbody>
        {gaps.slice(0, MAX_ROWS).map(gap => (
          <GapRow key={gapKey(gap)} gap={gap} />
        ))}
      </tbody>
    </table>
  )
}
