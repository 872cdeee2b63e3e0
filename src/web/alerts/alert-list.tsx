import type { JSX } from 'preact'
import { type Alert, alertKey } from '../../market/records/alert/alert.ts'
import { useStore } from '../connect/use-store.ts'
import { acknowledge, acknowledged, alerts } from '../shell/alert-feed.ts'
import { breakable, formatShort, formatTime } from '../view/format.ts'

const MAX_ROWS = 100

const Row = ({ alert, isSeen }: { readonly alert: Alert; readonly isSeen: boolean }): JSX.Element => (
  <tr class={`priority-${alert.priority} ${alert.state}`} data-alert={alert.rule} data-state={alert.state}>
    <td>
      <span class={`badge ${alert.state}`}>{alert.state}</span>
    </td>
    <td>
      <span class={`priority priority-${alert.priority}`}>{alert.priority}</span>
    </td>
    <td class="time">{formatTime(alert.time)}</td>
    <td class="what">
      {breakable(alert.message)}
      <small class="block">
        {alert.rule} · {breakable(alertKey(alert))} · value {formatShort(alert.value)}, bound{' '}
        {formatShort(alert.threshold)}
      </small>
    </td>
    <td class="actions-cell">
      {isSeen ? (
        <span class="seen">acknowledged</span>
      ) : (
        alert.state === 'firing' && (
          <button type="button" onClick={() => acknowledge([alert.id])}>
            Acknowledge
          </button>
        )
      )}
    </td>
  </tr>
)

/** What was raised and resolved, newest first. */
export const AlertList = (): JSX.Element => {
  const list = useStore(alerts)
  const seen = useStore(acknowledged)
  if (!list) return <p class="empty">Waiting for the gateway…</p>
  if (list.length === 0) return <p class="empty">Nothing has been raised yet.</p>
  return (
    <table class="alerts">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Priority</th>
          <th scope="col">Time, UTC</th>
          <th scope="col">What</th>
          <th scope="col">
            <span class="unseen">Acknowledge</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {list.slice(0, MAX_ROWS).map(alert => (
          <Row key={alert.id} alert={alert} isSeen={seen.has(alert.id)} />
        ))}
      </tbody>
    </table>
  )
}
