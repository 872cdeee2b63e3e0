import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { every } from '../browser/browser-clock.ts'
import { getJson } from '../connect/api.ts'
import { serverTime } from '../connect/server-time.ts'
import { whenLive } from '../connect/trust.ts'
import { useSecond } from '../connect/use-second.ts'
import { useStore } from '../connect/use-store.ts'
import { NumberHeads } from '../shell/number-heads.tsx'
import { nowAt, route } from '../shell/router.ts'
import { formatAge, formatTime, UNKNOWN } from '../view/format.ts'
import { contractWords, isMeant, type ListedFacts, sessionAt, stateWords } from '../view/lists/instrument-list.ts'
import { hrefOf } from '../view/route.ts'

const MAX_ROWS = 300

const HEADS = ['Tick', 'Lot', 'Least', 'Contract', 'Session', 'Confirmed'] as const

const SessionCell = ({ facts, now }: { readonly facts: ListedFacts['facts']; readonly now: number }): JSX.Element => {
  if (!facts?.sessions) return <span class="muted">{UNKNOWN}</span>
  const session = sessionAt(facts, now)
  if (session === null) return <span class="muted">none told for now</span>
  return (
    <span title={`${formatTime(session.from)} to ${formatTime(session.to)} UTC`}>
      {session.type} to {formatTime(session.to).slice(5, 16)}
    </span>
  )
}

const Confirmed = ({ facts, now }: { readonly facts: ListedFacts['facts']; readonly now: number }): JSX.Element => {
  if (facts === null) return <span class="muted">not yet</span>
  return <span title={`${formatTime(facts.checkedAt)} UTC`}>{formatAge(now - facts.checkedAt)} ago</span>
}

const Row = ({ listed, now }: { readonly listed: ListedFacts; readonly now: number }): JSX.Element => {
  const { exchange, symbol, facts } = listed
  const key = `${exchange}:${symbol}`
  return (
    <tr data-instrument={key} data-delisted={facts?.delisted ?? false}>
      <th scope="row">
        <a href={hrefOf('chart', { instrument: key })}>
          <b>{symbol}</b> <small>{exchange}</small>
        </a>
      </th>
      <td data-label="State">
        <span class={`badge ${facts?.delisted === true ? 'lacks' : ''}`}>{stateWords(listed)}</span>
      </td>
      <td class="number" data-label="Tick">
        {facts?.tickSize ?? UNKNOWN}
      </td>
      <td class="number" data-label="Lot">
        {facts?.lotSize ?? UNKNOWN}
      </td>
      <td class="number" data-label="Least">
        {facts?.minSize ?? UNKNOWN}
      </td>
      <td class="number" data-label="Contract">
        {facts === null ? UNKNOWN : contractWords(facts)}
      </td>
      <td class="number" data-label="Session">
        <SessionCell facts={facts} now={now} />
      </td>
      <td class="number" data-label="Confirmed">
        <Confirmed facts={facts} now={now} />
      </td>
    </tr>
  )
}

const Table = ({ rows }: { readonly rows: readonly ListedFacts[] }): JSX.Element => {
  useSecond()
  const now = serverTime()
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">Symbol</th>
          <th scope="col">State</th>
          <NumberHeads names={HEADS} />
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, MAX_ROWS).map(listed => (
          <Row key={`${listed.exchange}:${listed.symbol}`} listed={listed} now={now} />
        ))}
      </tbody>
    </table>
  )
}

/** Lists are read once an hour; what the gateway knows of them is asked for often enough to see a change. */
const AGAIN_MS = 30_000

/** All instruments, suspended and delisted ones too; null until the gateway has answered. */
const useInstruments = (): readonly ListedFacts[] | null => {
  const [listed, setListed] = useState<readonly ListedFacts[] | null>(null)
  useEffect(() => {
    let isStopped = false
    const ask = (): void =>
      void getJson<{ instruments: readonly ListedFacts[] }>('/api/v1/instruments', { all: 'true' }).then(
        answer => !isStopped && setListed(answer.instruments),
        () => undefined
      )
    ask()
    const forget = whenLive(ask)
    const stop = every(AGAIN_MS, ask)
    return () => {
      isStopped = true
      forget()
      stop()
    }
  }, [])
  return listed
}

/** What the exchanges' own lists tell of what is followed. */
export const InstrumentsPage = (): JSX.Element => {
  const listed = useInstruments()
  const { params } = useStore(route)
  const { find = '' } = params
  if (!listed) return <p class="empty">Asking the gateway…</p>
  const rows = listed.filter(one => isMeant(one, find.trim()))
  return (
    <section class="page">
      <div class="page-head">
        <label>
          Find{' '}
          <input
            type="search"
            value={find}
            onInput={event => nowAt('instruments', { find: event.currentTarget.value || undefined })}
          />
        </label>
        <span class="muted" role="status">
          {rows.length} of {listed.length}
          {rows.length > MAX_ROWS && `, the first ${MAX_ROWS} are shown`}
        </span>
      </div>
      <div class="card flush">
        {rows.length === 0 ? <p class="empty">No instrument is called so.</p> : <Table rows={rows} />}
        <p class="hint">
          As the exchange's own list says it, which is asked once an hour. Where it says nothing, nothing stands here.
        </p>
      </div>
    </section>
  )
}
