import { type Alert, alertKey } from '../market/records/alert/alert.ts'
import type { AlertRule } from '../market/records/alert/alert-rule.ts'
import type { EpochMs } from '../market/time.ts'
import { type AlertState, type Crossing, crossingKey } from './alert-state.ts'
import type { Signal } from './kind/alert-kind.ts'
import { alertKinds } from './kind/registry.ts'
import { subtractExactly } from './subtract-exactly.ts'

const SIDES = ['above', 'below'] as const

type Side = (typeof SIDES)[number]

const isPast = (value: number, side: Side, bound: number): boolean => (side === 'above' ? value > bound : value < bound)

/** Back behind the bound by the whole hysteresis, both as the rule says them. */
const isBack = (value: number, side: Side, bound: number, hysteresis: number): boolean =>
  side === 'above' ? value <= subtractExactly(bound, hysteresis) : value >= subtractExactly(bound, -hysteresis)

/** Eight digits are enough for people; the value itself stands beside. */
const formatted = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(8)))

const fired = (rule: AlertRule, side: Side, bound: number, signal: Signal, value: number): Alert => ({
  id: `${rule.name}:${signal.subject}:${signal.time}`,
  rule: rule.name,
  kind: rule.kind,
  priority: rule.priority,
  ...signal.about,
  time: signal.time,
  value,
  threshold: bound,
  state: 'firing',
  message:
    signal.message ??
    `${alertKey(signal.about)}: ${alertKinds[rule.kind].what} ${formatted(value)} is ${side} ${formatted(bound)}`
})

const resolved = (firing: Alert, side: Side, { time, message: ownMessage }: Signal, value: number): Alert => {
  const what = `${alertKey(firing)}: ${alertKinds[firing.kind].what}`
  const message = ownMessage ?? `${what} ${formatted(value)} is no longer ${side} ${formatted(firing.threshold)}`
  return { ...firing, time, value, state: 'resolved', message }
}

/** One of the sides, on which the value came to lie. */
const evaluateSide = (state: AlertState, rule: AlertRule, side: Side, signal: Signal): Alert | null => {
  const [bound, { value, time }] = [rule[side], signal]
  if (bound === undefined || value === null) return null
  const key = crossingKey(rule.name, side, signal.subject)
  const crossing = state.crossings.get(key)
  if (crossing?.isFiring) {
    if (!isBack(value, side, bound, rule.hysteresis)) return null
    setCrossing(state, key, signal.isLast ? null : { ...crossing, isFiring: false })
    return resolved(crossing.firing, side, signal, value)
  }
  const isSilent = crossing !== undefined && time - crossing.firing.time < rule.cooldownMs
  if (isSilent || (crossing === undefined && !isPast(value, side, bound))) return null
  if (!isPast(value, side, bound)) {
    setCrossing(state, key, null)
    return null
  }
  const firing = fired(rule, side, bound, signal, value)
  setCrossing(state, key, { firing, isFiring: true })
  return firing
}

const setCrossing = (state: AlertState, key: string, crossing: Crossing | null): void => {
  if (crossing) state.crossings.set(key, crossing)
  else state.crossings.delete(key)
  state.changed.add(`edge/${key}`)
}

/**
 * What a rule has to say of a signal: it fires once when a bound is crossed, and resolves when the value is back behind the bound by
 * the hysteresis. After a firing the same bound is silent for the cooldown; what is past it still when that is over fires then.
 */
export const evaluate = (state: AlertState, rule: AlertRule, signal: Signal): readonly Alert[] =>
  SIDES.flatMap(side => evaluateSide(state, rule, side, signal) ?? [])

/** What a rule that is no longer in force, or another one now, had left firing. */
export const endRule = (state: AlertState, rule: string, time: EpochMs): readonly Alert[] => {
  const crossings = [...state.crossings].filter(([, { firing }]) => firing.rule === rule)
  for (const [key] of crossings) setCrossing(state, key, null)
  const message = (firing: Alert): string => `${alertKey(firing)}: rule ${rule} was changed or taken away`
  return crossings
    .filter(([, { isFiring }]) => isFiring)
    .map(([, { firing }]) => ({ ...firing, time, value: null, state: 'resolved', message: message(firing) }))
}
