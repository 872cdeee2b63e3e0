import type { JSX } from 'preact'
import type { FeedStatus } from '../../market/records/derived/feed-status.ts'
import { gateway } from '../connect/gateway.ts'
import { type Lag, status } from '../connect/status.ts'
import { trust } from '../connect/trust.ts'
import { useStore } from '../connect/use-store.ts'
import { overallVerdict } from '../view/verdict.ts'
import { GapTable } from './gap-table.tsx'
import { SymbolTable } from './symbol-table.tsx'
import { useGaps } from './use-gaps.ts'

/** How far each consumer group is behind, over all its partitions; by name. */
const lagByGroup = (lags: readonly Lag[]): readonly (readonly [group: string, lag: number])[] => {
  const sums = new Map<string, number>()
  for (const { group, lag } of lags) sums.set(group, (sums.get(group) ?? 0) + lag)
  return [...sums].sort(([a], [b]) => a.localeCompare(b))
}

const Summary = ({ symbols }: { readonly symbols: readonly FeedStatus[] }): JSX.Element => {
  const { state, words: why } = useStore(trust)
  const isConnected = useStore(gateway.state) === 'live'
  const { isWhole, words } = overallVerdict(symbols, state === 'live', isConnected ? why : undefined)
  return (
    <p class={`verdict ${isWhole ? 'verdict-good' : 'verdict-plain'}`} aria-live="polite" data-whole={isWhole}>
      <span aria-hidden="true">{isWhole ? '✓' : '!'}</span> {words}
    </p>
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
          <h2>Gaps</h2>
        </div>
        <GapTable gaps={gaps} />
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
