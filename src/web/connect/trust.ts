import { INTERVAL_MS, isInterval } from '../../market/interval.ts'
import { every, monotonic } from '../browser/browser-clock.ts'
import { type Trust, trustOf } from '../view/trust.ts'
import { gateway } from './gateway.ts'
import { instruments, status } from './status.ts'
import { createStore } from './store.ts'

/** What is on the screen is worth, now. */
export const trust = createStore<Trust>({ state: 'reconnecting', words: 'reconnecting' })

/** The finest interval that the gateway serves. */
export const finestMs = (): number => {
  const finest = instruments.get()?.[0]?.intervals[0] ?? '1s'
  return isInterval(finest) ? INTERVAL_MS[finest] : 1_000
}

const evaluate = (): void => {
  const newest = status.get()
  const next = trustOf({
    connection: gateway.state.get(),
    status: newest,
    silentMs: newest ? monotonic() - newest.receivedAt : 0,
    finestMs: finestMs()
  })
  const known = trust.get()
  if (next.state !== known.state || next.words !== known.words) trust.set(next)
}

/** Keeps it up to date for as long as the page is open, also when nothing comes. */
export const watchTrust = (): void => {
  for (const store of [gateway.state, status, instruments]) store.watch(evaluate)
  every(1_000, evaluate)
}

/** Calls back whenever it has become live again: what was shown meanwhile may lack something. */
export const whenLive = (act: () => void): (() => void) => {
  let was = trust.get().state
  return trust.watch(() => {
    const { state } = trust.get()
    if (state === 'live' && was !== 'live') act()
    was = state
  })
}
