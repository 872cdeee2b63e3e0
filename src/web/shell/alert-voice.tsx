import type { JSX } from 'preact'
import { newestAlert } from '../alerts/alert-feed.ts'
import { useStore } from '../connect/use-store.ts'

/** Says alerts as they come, to those who listen instead of looking, and shows the newest for a while. */
export const AlertVoice = (): JSX.Element => {
  const alert = useStore(newestAlert)
  return (
    <div class="voice" aria-live={alert?.priority === 'high' ? 'assertive' : 'polite'}>
      {alert && (
        <a key={alert.id + alert.state} class={`toast priority-${alert.priority}`} href="/alerts">
          <strong>{alert.state === 'firing' ? `${alert.priority} alert` : 'resolved'}</strong> {alert.message}
        </a>
      )}
    </div>
  )
}
