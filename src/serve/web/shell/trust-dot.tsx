import type { JSX } from 'preact'
import { gateway } from '../connect/gateway.ts'
import type { ConnectionState } from '../connect/socket.ts'
import { useStore } from '../connect/use-store.ts'

const WORDS: Readonly<Record<ConnectionState, string>> = {
  live: 'live',
  reconnecting: 'reconnecting',
  offline: 'offline'
}

const SHAPES: Readonly<Record<ConnectionState, JSX.Element>> = {
  live: <circle cx="6" cy="6" r="5" />,
  reconnecting: <path d="M6 1a5 5 0 1 0 5 5" fill="none" stroke="currentColor" stroke-width="2" />,
  offline: <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" stroke-width="2.4" />
}

/** Whether what is on the screen is live; by shape and word, not by colour alone. */
export const TrustDot = (): JSX.Element => {
  const state = useStore(gateway.state)
  return (
    <span class={`trust trust-${state}`} role="status" data-state={state}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" fill="currentColor">
        {SHAPES[state]}
      </svg>
      {WORDS[state]}
    </span>
  )
}
