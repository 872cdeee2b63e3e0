import type { ComponentChildren, JSX } from 'preact'
import { isTokenWanted } from '../connect/api.ts'
import { instruments } from '../connect/status.ts'
import { trust } from '../connect/trust.ts'
import { useStore } from '../connect/use-store.ts'
import { hrefOf, PAGES, type Page } from '../view/route.ts'
import type { Trust } from '../view/trust.ts'
import { newestAlert, openAlertCount } from './alert-feed.ts'
import { KeysHelp } from './keys-help.tsx'
import { route } from './router.ts'
import { THEMES, theme } from './theme.ts'
import { TokenForm } from './token-form.tsx'

const SHAPES: Readonly<Record<Trust['state'], JSX.Element>> = {
  live: <circle cx="6" cy="6" r="5" />,
  warming: <path d="M6 1a5 5 0 1 0 5 5" fill="none" stroke="currentColor" stroke-width="2" />,
  stalled: <path d="M2 1h3v10H2zM7 1h3v10H7z" />,
  reconnecting: <path d="M6 1a5 5 0 1 0 5 5" fill="none" stroke="currentColor" stroke-width="2" />,
  offline: <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" stroke-width="2.4" />
}

/** Whether what is on the screen is live; by shape and word, not by colour alone. */
const TrustDot = (): JSX.Element => {
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

/** Dark, light, or as the machine is. */
const ThemePicker = (): JSX.Element => {
  const chosen = useStore(theme)
  return (
    <label class="theme-picker">
      <span class="unseen">Theme</span>
      <select
        value={chosen}
        onChange={event => theme.set(THEMES.find(name => name === event.currentTarget.value) ?? 'system')}
      >
        {THEMES.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Says alerts as they come, to those who listen instead of looking, and shows the newest for a while. */
const AlertVoice = (): JSX.Element => {
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

const NAMES: Readonly<Record<Page, string>> = {
  markets: 'Markets',
  chart: 'Chart',
  pairs: 'Pairs',
  alerts: 'Alerts',
  quality: 'Data quality',
  instruments: 'Instruments'
}

const PageLink = ({ page, isHere }: { readonly page: Page; readonly isHere: boolean }): JSX.Element => {
  const count = useStore(openAlertCount)
  return (
    <a class="page-link" href={hrefOf(page)} aria-current={isHere ? 'page' : undefined}>
      {NAMES[page]}
      {page === 'alerts' && count > 0 && (
        <span class="count">
          {count}
          <span class="unseen"> firing</span>
        </span>
      )}
    </a>
  )
}

const Simulated = (): JSX.Element | null => {
  const listed = useStore(instruments)
  if (!listed?.some(({ simulated }) => simulated)) return null
  return (
    <p class="simulated" role="note">
      <strong>SIMULATED</strong> market: these are no real prices
    </p>
  )
}

const NOTES: Readonly<Record<Trust['state'], string>> = {
  live: '',
  warming: 'The gateway is catching up with what is newest',
  stalled: 'What is shown stands still: nothing new comes',
  reconnecting: 'Connecting to the gateway',
  offline: 'The gateway does not answer'
}

const Offline = (): JSX.Element | null => {
  const { state } = useStore(trust)
  const words = NOTES[state]
  if (words === '') return null
  return (
    <p class="offline-note" role="note">
      {words}; this page comes back by itself. What is shown may be old.
    </p>
  )
}

/** What stands around every page. */
export const Shell = ({ children }: { readonly children: ComponentChildren }): JSX.Element => {
  const { page } = useStore(route)
  const isLocked = useStore(isTokenWanted)
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <Simulated />
      <header class="top">
        <a class="brand" href="/">
          <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
            <path class="brand-mark" d="M4 9v9M4 7v2M4 11h0M10 4v3m0 9v4M16 2v4m0 8v4M21 6v12" />
            <path class="brand-body" d="M4 9v7M10 7v9M16 6v8M21 9v6" />
          </svg>
          tickstream
        </a>
        <nav aria-label="Pages">
          {PAGES.map(name => (
            <PageLink key={name} page={name} isHere={name === page} />
          ))}
        </nav>
        <div class="top-end">
          <TrustDot />
          <KeysHelp />
          <ThemePicker />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <h1 class="unseen">{NAMES[page]}</h1>
        <Offline />
        {isLocked ? <TokenForm /> : children}
      </main>
      <AlertVoice />
    </>
  )
}
