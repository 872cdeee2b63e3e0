import type { Alert, AlertPriority } from '../../market/records/alert/alert.ts'
import { after, oncePerFrame } from '../browser/browser-clock.ts'
import { remember, remembered } from '../browser/memory.ts'
import { gateway } from '../connect/gateway.ts'
import { createStore } from '../connect/store.ts'
import { newestById } from '../view/lists/alert-list.ts'

const PITCH: Readonly<Record<AlertPriority, number>> = { low: 440, medium: 660, high: 990 }

let audio: AudioContext | null = null

/** A short tone, the higher the more it matters. */
const beep = (priority: AlertPriority): void => {
  audio ??= new AudioContext()
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  tone.frequency.value = PITCH[priority]
  volume.gain.setValueAtTime(0.15, audio.currentTime)
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4)
  tone.connect(volume).connect(audio.destination)
  tone.start()
  tone.stop(audio.currentTime + 0.4)
}

const MAX_ALERTS = 500
const SHOWN_MS = 6_000

/** Alerts, newest first: each in its newest state. */
export const alerts = createStore<readonly Alert[] | null>(null)

/** The one that came last, while it is new. */
export const newestAlert = createStore<Alert | null>(null)

/** Ids that the reader has seen and put aside, on this machine. */
export const acknowledged = createStore<ReadonlySet<string>>(new Set((remembered('acknowledged') ?? '').split(',')))

/** Off unless it was switched on. */
export const isSoundOn = createStore(remembered('sound') === 'on')

/** How many alerts fire that nobody has acknowledged. */
export const openAlertCount = createStore(0)

const countOpen = (): void => {
  const seen = acknowledged.get()
  openAlertCount.set((alerts.get() ?? []).filter(({ id, state }) => state === 'firing' && !seen.has(id)).length)
}

export const acknowledge = (ids: readonly string[]): void => {
  const all = [...acknowledged.get(), ...ids].slice(-2 * MAX_ALERTS)
  acknowledged.set(new Set(all))
  remember('acknowledged', all.join(','))
}

export const switchSound = (): void => {
  isSoundOn.set(!isSoundOn.get())
  remember('sound', isSoundOn.get() ? 'on' : 'off')
  if (isSoundOn.get()) beep('low')
}

let forget = (): void => undefined

const announce = (alert: Alert): void => {
  newestAlert.set(alert)
  forget()
  forget = after(SHOWN_MS, () => newestAlert.set(null))
  if (isSoundOn.get() && alert.state === 'firing') beep(alert.priority)
}

/** Keeps the alerts up to date for as long as the page is open. */
export const watchAlerts = (): void => {
  alerts.watch(countOpen)
  acknowledged.watch(countOpen)
  let come: readonly Alert[] = []
  const draw = oncePerFrame(() => {
    alerts.set(newestById(alerts.get() ?? [], come).slice(0, MAX_ALERTS))
    come = []
  })
  gateway.subscribe<Alert>({ channel: 'alerts' }, (data, isSnapshot) => {
    come = [...come, ...data]
    draw()
    const last = data.at(-1)
    if (!isSnapshot && last) announce(last)
  })
}
