import { instrumentKey, parseInstrument } from '../../../market/instrument.ts'
import { INTERVALS } from '../../../market/interval.ts'
import { pairKey, parsePair } from '../../../market/pair.ts'
import { ALERT_KINDS, ALERT_PRIORITIES, type AlertKind } from '../../../market/records/alert/alert.ts'
import {
  type AlertRule,
  KIND_DEFAULTS,
  type KindDefaults,
  MAX_WINDOW,
  type SpecialField
} from '../../../market/records/alert/alert-rule.ts'
import { PAIR_METHODS } from '../../../market/records/derived/pair-stats.ts'

/** One field that is not as it must be, and what is allowed. */
type FieldProblem = { readonly field: string; readonly says: string }

/** A rule, or everything that keeps a value from being one. `unknown`: fields that no rule has. */
export type CheckedRule = {
  readonly rule: AlertRule | null
  readonly problems: readonly FieldProblem[]
  readonly unknown: readonly string[]
}

/** How a field of a rule is read; `undefined`: not allowed. */
type Field = { readonly allowed: string; readonly parse: (value: unknown) => unknown }

const DAY_MS = 86_400_000
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

const when = <T>(holds: boolean, value: T): T | undefined => (holds ? value : undefined)

const wordOf = (words: readonly string[]): Field => ({
  allowed: `one of ${words.join(', ')}`,
  parse: value => words.find(word => word === value)
})

const whole = (least: number, most: number, unit: string): Field => ({
  allowed: `a whole number of ${unit} from ${least} to ${most}`,
  parse: value => when(Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most, value)
})

const number: Field = { allowed: 'a number', parse: value => when(Number.isFinite(value), value) }

const written = (allowed: string, canonical: (text: string) => string): Field => ({
  allowed,
  parse: value => {
    try {
      return when(typeof value === 'string' && canonical(value) === value, value)
    } catch {
      return undefined
    }
  }
})

const FIELDS: Readonly<Record<Exclude<keyof AlertRule, 'kind'>, Field>> = {
  name: {
    allowed: 'a name of letters, digits, dots, underscores and hyphens, 100 at most',
    parse: value => when(typeof value === 'string' && NAME.test(value), value)
  },
  enabled: { allowed: 'true or false', parse: value => when(typeof value === 'boolean', value) },
  priority: wordOf(ALERT_PRIORITIES),
  instrument: written('an instrument such as binance:BTC/USDT', text => instrumentKey(parseInstrument(text))),
  pair: written('a pair such as binance:BTC/USDT~binance:ETH/USDT', text => pairKey(parsePair(text))),
  interval: wordOf(INTERVALS),
  method: wordOf(PAIR_METHODS),
  window: whole(2, MAX_WINDOW, '1m candles'),
  shortWindow: whole(2, MAX_WINDOW, '1m candles'),
  above: number,
  below: number,
  hysteresis: {
    allowed: 'a number that is not below 0',
    parse: value => when(Number(value) >= 0, number.parse(value))
  },
  cooldownMs: whole(0, 30 * DAY_MS, 'milliseconds')
}

const SPECIAL: readonly string[] = Object.values(KIND_DEFAULTS).flatMap(({ takes }) => takes)
const isSpecial = (field: string): field is SpecialField => SPECIAL.includes(field)

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? 'nothing'

/** A rule from what somebody wrote; all that is wrong with it is told at once. */
export const checkAlertRule = (value: unknown): CheckedRule => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { rule: null, problems: [{ field: 'rule', says: `${shown(value)} is not an object` }], unknown: [] }
  const given = new Map(Object.entries(value).filter(([, field]) => field !== undefined && field !== null))
  const unknown = [...given.keys()].filter(field => field !== 'kind' && !(field in FIELDS))
  const kind = ALERT_KINDS.find(one => one === given.get('kind'))
  const problems = [...problemsOf(given, kind), ...(kind ? boundProblems(given, kind) : [])]
  return { rule: kind && problems.length === 0 ? ruleOf(given, kind) : null, problems, unknown }
}

type Given = ReadonlyMap<string, unknown>

const problemsOf = (given: Given, kind: AlertKind | undefined): readonly FieldProblem[] => {
  const { allowed } = wordOf(ALERT_KINDS)
  const isMissing = given.get('kind') === undefined
  const saysOfKind = isMissing ? `is missing; give ${allowed}` : `${shown(given.get('kind'))} is not ${allowed}`
  const ofKind = kind ? [] : [{ field: 'kind', says: saysOfKind }]
  const ofFields = Object.entries(FIELDS).flatMap(([field, { allowed: what, parse }]) => {
    const value = given.get(field)
    if (value === undefined) return field === 'name' ? [{ field, says: `is missing; give ${what}` }] : []
    if (kind && isSpecial(field) && !KIND_DEFAULTS[kind].takes.includes(field))
      return [{ field, says: `a rule of kind ${kind} has none; it takes ${KIND_DEFAULTS[kind].takes.join(', ')}` }]
    return parse(value) === undefined ? [{ field, says: `${shown(value)} is not ${what}` }] : []
  })
  return [...ofKind, ...ofFields]
}

type Bounds = { readonly above?: number; readonly below?: number }

/** Either bound that is given leaves out the defaults of both. */
const boundsOf = (given: Given, defaults: KindDefaults): Bounds => {
  const from: Given = given.has('above') || given.has('below') ? given : new Map(Object.entries(defaults))
  const [above, below] = [from.get('above'), from.get('below')]
  return {
    ...(typeof above === 'number' ? { above } : {}),
    ...(typeof below === 'number' ? { below } : {})
  }
}

/** What single fields do not show: a rule needs a bound, and its bands must not meet. */
const boundProblems = (given: Given, kind: AlertKind): readonly FieldProblem[] => {
  const defaults = KIND_DEFAULTS[kind]
  const { above, below } = boundsOf(given, defaults)
  if (above === undefined && below === undefined)
    return [{ field: 'above', says: `a rule of kind ${kind} needs above, below or both, in ${defaults.unit}` }]
  const [long, short] = [given.get('window') ?? defaults.window, given.get('shortWindow') ?? defaults.shortWindow]
  const problems: FieldProblem[] = []
  if (above !== undefined && below !== undefined && below >= above)
    problems.push({ field: 'below', says: `${below} is not below above, which is ${above}` })
  if (typeof short === 'number' && typeof long === 'number' && short >= long)
    problems.push({ field: 'shortWindow', says: `${short} is not below window, which is ${long}` })
  return problems
}

/** Of what has been checked; the order of fields is always the same. */
const ruleOf = (given: Given, kind: AlertKind): AlertRule => {
  const { unit: _, takes, above: _above, below: _below, ...defaults } = KIND_DEFAULTS[kind]
  const bounds = boundsOf(given, KIND_DEFAULTS[kind])
  const filled = new Map<string, unknown>(Object.entries({ enabled: true, ...defaults, kind }))
  for (const [field, value] of given) filled.set(field, value)
  for (const field of ['above', 'below']) filled.delete(field)
  for (const [field, value] of Object.entries(bounds)) filled.set(field, value)
  const names = ['name', 'kind', ...Object.keys(FIELDS).filter(field => field !== 'name')]
  const own = names.filter(field => filled.has(field) && (!isSpecial(field) || takes.includes(field)))
  return Object.fromEntries(own.map(field => [field, filled.get(field)])) as AlertRule
}
