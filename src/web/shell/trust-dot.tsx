import type { JSX } from 'preact'
import { trust } from '../connect/trust.ts'
import { useStore } from '../connect/use-store.ts'
import type { Trust } from '../view/trust.ts'

const SHAPES: Readonly<Record<Trust['state'], JSX.Element>> = {
  live: <circle cx="6" cy="6" r="5" />,
  warming: <path d="M6 1a5 5 0 1 0 5 5" fill="none" stroke="currentColor" stroke-width="2" />,
  stalled: <path d="M2 1h3v10H2zM7 1h3v10H7z" />,
  reconnecting: <path d="M6 1a5 5 0 1 0 5 5" fill="none" stroke="currentColor" stroke-width="2" />,
  offline: <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" stroke-width="2.4" />
}

/** Whether what is on the screen is live; by shape and word, not by colour alone. */
export const TrustDot = (): JSX.Element => {
  const { state, words } = useStore(trust)
  return (
    <span class={`trust trust-${state}`} data-state={state}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" fill="currentColor">
        {SHAPES[state]}
      </svg>
      {words}
      <span class="unseen" role="status">
        {state}
      </span>
    </span>
  )
}
