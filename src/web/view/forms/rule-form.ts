import type { AlertKind } from '../../../market/records/alert/alert.ts'
import { KIND_DEFAULTS, type SpecialField } from '../../../market/records/alert/alert-rule.ts'

/** What each kind of rule watches, in words. */
export const KIND_WORDS: Readonly<Record<AlertKind, string>> = {
  z_score: 'Spread of a pair: z-score',
  price: 'Price of an instrument',
  correlation: 'Correlation of a pair',
  volume_spike: 'Volume spike',
  volatility: 'Volatility spike',
  rsi: 'RSI',
  gap: 'Missing trades',
  stale: 'Silence of a feed'
}

/** A field of a rule that holds a number, with its name in the form. */
export type NumberField = { readonly name: string; readonly label: string; readonly initial: string }

const text = (value: number | undefined): string => (value === undefined ? '' : String(value))

const windows = (kind: AlertKind): readonly NumberField[] => {
  const { takes, window, shortWindow } = KIND_DEFAULTS[kind]
  return [
    ...(takes.includes('window') ? [{ name: 'window', label: 'Window, 1m candles', initial: text(window) }] : []),
    ...(takes.includes('shortWindow')
      ? [{ name: 'shortWindow', label: 'Short window, 1m candles', initial: text(shortWindow) }]
      : [])
  ]
}

/** Numbers that a rule of a kind takes, with what stands for those left out. */
export const numberFields = (kind: AlertKind): readonly NumberField[] => {
  const { above, below, hysteresis, cooldownMs } = KIND_DEFAULTS[kind]
  return [
    { name: 'above', label: 'Fires above', initial: text(above) },
    { name: 'below', label: 'Fires below', initial: text(below) },
    ...windows(kind),
    { name: 'hysteresis', label: 'Resolves this far back', initial: text(hysteresis) },
    { name: 'cooldown', label: 'Then silent for, s', initial: text(cooldownMs / 1000) }
  ]
}

export const takes = (kind: AlertKind, field: SpecialField): boolean => KIND_DEFAULTS[kind].takes.includes(field)

type Form = { readonly get: (name: string) => unknown }

const textOf = (form: Form, name: string): string | undefined => {
  const value = form.get(name)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

const numberOf = (form: Form, name: string): number | undefined => {
  const value = textOf(form, name)
  return value === undefined ? undefined : Number(value)
}

const given = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** The rule that a filled-in form makes; the gateway judges it. */
export const ruleBody = (kind: AlertKind, form: Form): Readonly<Record<string, unknown>> => {
  const cooldown = numberOf(form, 'cooldown')
  return given({
    name: textOf(form, 'name'),
    kind,
    enabled: form.get('enabled') !== null,
    priority: textOf(form, 'priority'),
    instrument: takes(kind, 'instrument') ? textOf(form, 'instrument') : undefined,
    pair: takes(kind, 'pair') ? textOf(form, 'pair') : undefined,
    interval: takes(kind, 'interval') ? textOf(form, 'interval') : undefined,
    method: takes(kind, 'method') ? textOf(form, 'method') : undefined,
    window: takes(kind, 'window') ? numberOf(form, 'window') : undefined,
    shortWindow: takes(kind, 'shortWindow') ? numberOf(form, 'shortWindow') : undefined,
    above: numberOf(form, 'above'),
    below: numberOf(form, 'below'),
    hysteresis: numberOf(form, 'hysteresis') ?? KIND_DEFAULTS[kind].hysteresis,
    cooldownMs: cooldown === undefined ? KIND_DEFAULTS[kind].cooldownMs : cooldown * 1000
  })
}
