import type { JSX } from 'preact'
import type { Gap } from '../../../market/gap.ts'
import { type Lag, status } from '../connect/status.ts'
import { useStore } from '../connect/use-store.ts'
import { formatDecimal, formatTime } from '../view/format.ts'
import { lagByGroup } from '../view/lag-list.ts'
import { type SymbolStatus, verdictOf } from '../view/verdict.ts'
import { SymbolTable } from './symbol-table.tsx'
import { useGaps } from './use-gaps.ts'

const MOST_ROWS = 50

const Summary = ({ symbols }: { readonly symbols: readonly SymbolStatus[] }): JSX.Element => {
  const whole = symbols.filter(of => verdictOf(of).isWhole).length
  const isAll = whole === symbols.length && whole > 0
  return (
    <p class={`verdict ${isAll ? 'verdict-good' : 'verdict-plain'}`} aria-live="polite">
      <span aria-hidden="true">{isAll ? '✓' : '!'}</span>{' '}
      {isAll
        ? `Every feed is whole: no trade of ${whole} ${whole === 1 ? 'symbol' : 'symbols'} is missing.`
        : `${whole} of ${symbols.length} feeds are whole.`}
    </p>
  )
}

const GapRow = ({ gap }: { readonly gap: Gap }): JSX.Element => (
  <tr>
    <th scope="row">{gap.symbol}</th>
    <td>
      <span class={`badge ${gap.status === 'filled' ? 'whole' : 'lacks'}`}>{gap.status}</span>
    </td>
    <td class="number">{formatDecimal(String(gap.count))}</td>
    <td class="number wide-only">
      {gap.fromId} – {gap.toId}
    </td>
    <td>{gap.cause}</td>
    <td class="time">{formatTime(gap.detectedAt)}</td>
    <td class="number">
      {gap.closedAt === null ? 'still open' : `${((gap.closedAt - gap.detectedAt) / 1000).toFixed(1)} s`}
    </td>
  </tr>
)

const Gaps = ({ gaps }: { readonly gaps: readonly Gap[] | null }): JSX.Element => {
  if (!gaps || gaps.length === 0) return <p class="empty">{gaps ? 'No hole was ever found.' : 'Loading…'}</p>
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Symbol</th>
          <th scope="col">State</th>
          <th scope="col" class="number">
            Trades
          </th>
          <th scope="col" class="number wide-only">
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
        {gaps.slice(0, MOST_ROWS).map(gap => (
          <GapRow key={`${gap.exchange}:${gap.symbol}#${gap.fromId}`} gap={gap} />
        ))}
      </tbody>
    </table>
  )
}

const Lags = ({ lags }: { readonly lags: readonly Lag[] }): JSX.Element => (
  <dl class="tiles">
    {lagByGroup(lags).map(([group, lag]) => (
      <div class="tile" key={group}>
        <dt>{group}</dt>
        <dd>
          <b>{lag}</b>
          <small>records behind</small>
        </dd>
      </div>
    ))}
  </dl>
)

/** Whether everything is there, and how that is known. */
export const QualityPage = (): JSX.Element => {
  const newest = useStore(status)
  const gaps = useGaps()
  if (!newest) return <p class="empty">Asking the gateway…</p>
  return (
    <section class="page">
      <div class="card flush">
        <Summary symbols={newest.symbols} />
        <SymbolTable symbols={newest.symbols} />
        <p class="hint">
          Trade ids are consecutive: what is missing is known by its number. Each of our closed minutes is compared with
          the exchange's own candle, field by field.
        </p>
      </div>
      <div class="card flush">
        <div class="card-head">
          <h2>Holes</h2>
        </div>
        <Gaps gaps={gaps} />
      </div>
      <div class="card">
        <div class="card-head bare">
          <h2>Lag</h2>
        </div>
        <Lags lags={newest.lag} />
      </div>
    </section>
  )
}
