import type { JSX, TargetedEvent } from 'preact'
import { useState } from 'preact/hooks'
import { MINUTES_AND_UP } from '../../market/interval.ts'
import { ALERT_KINDS, ALERT_PRIORITIES } from '../../market/records/alert/alert.ts'
import { type AlertRule, KIND_DEFAULTS } from '../../market/records/alert/alert-rule.ts'
import { PAIR_METHODS } from '../../market/records/derived/pair-stats.ts'
import { sendJson } from '../connect/api.ts'
import { problemsOf } from '../connect/problems-of.ts'
import { instruments } from '../connect/status.ts'
import { useStore } from '../connect/use-store.ts'
import { useNewestPairs } from '../pairs/use-pairs.ts'
import { Problems } from '../shell/problems.tsx'
import { KIND_WORDS, numberFields, ruleBody, takes } from '../view/forms/rule-form.ts'

/** One of a list, with its label. */
const Select = (props: {
  readonly name: string
  readonly label: string
  readonly initial: string
  readonly choices: readonly (readonly [value: string, words: string])[]
}): JSX.Element => (
  <label>
    {props.label}
    <select name={props.name}>
      {props.choices.map(([value, words]) => (
        <option key={value} value={value} selected={value === props.initial}>
          {words}
        </option>
      ))}
    </select>
  </label>
)

type Kind = AlertRule['kind']

const EVERY = ['', 'all of them'] as const

const plain = (names: readonly string[]): readonly (readonly [value: string, words: string])[] =>
  names.map(name => [name, name] as const)

const Subject = ({ kind, rule }: { readonly kind: Kind; readonly rule: AlertRule | null }): JSX.Element => {
  const listed = useStore(instruments) ?? []
  const pairs = useNewestPairs() ?? []
  const keys = [...new Set(pairs.map(({ a, b }) => `${a}~${b}`))]
  const defaults = KIND_DEFAULTS[kind]
  return (
    <>
      {takes(kind, 'instrument') && (
        <Select
          name="instrument"
          label="Instrument"
          initial={rule?.instrument ?? ''}
          choices={[EVERY, ...plain(listed.map(({ key }) => key))]}
        />
      )}
      {takes(kind, 'pair') && (
        <Select name="pair" label="Pair" initial={rule?.pair ?? ''} choices={[EVERY, ...plain(keys)]} />
      )}
      {takes(kind, 'interval') && (
        <Select
          name="interval"
          label="Interval"
          initial={rule?.interval ?? defaults.interval ?? '1m'}
          choices={plain(MINUTES_AND_UP)}
        />
      )}
      {takes(kind, 'method') && (
        <Select
          name="method"
          label="Method"
          initial={rule?.method ?? defaults.method ?? 'ols'}
          choices={plain(PAIR_METHODS)}
        />
      )}
    </>
  )
}

const initialOf = (rule: AlertRule | null, name: string, fallback: string): string => {
  if (!rule) return fallback
  if (name === 'cooldown') return String(rule.cooldownMs / 1000)
  const value = Object.entries(rule).find(([field]) => field === name)?.[1]
  return value === undefined ? '' : String(value)
}

const Numbers = ({ kind, rule }: { readonly kind: Kind; readonly rule: AlertRule | null }): JSX.Element => (
  <>
    {numberFields(kind).map(({ name, label, initial }) => (
      <label key={name}>
        {label}
        <input type="number" step="any" name={name} defaultValue={initialOf(rule, name, initial)} />
      </label>
    ))}
  </>
)

const save = (body: Readonly<Record<string, unknown>>, rule: AlertRule | null): Promise<AlertRule> =>
  rule
    ? sendJson('PUT', `/api/v1/alert-rules/${encodeURIComponent(rule.name)}`, body)
    : sendJson('POST', '/api/v1/alert-rules', body)

/** Makes a rule, or changes one. */
export const RuleBuilder = (props: { readonly rule: AlertRule | null; readonly onDone: () => void }): JSX.Element => {
  const { rule } = props
  const [kind, setKind] = useState<Kind>(rule?.kind ?? 'price')
  const [problems, setProblems] = useState<readonly string[]>([])
  const submit = (event: TargetedEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (rule) form.set('name', rule.name)
    save(ruleBody(kind, form), rule).then(props.onDone, error => setProblems(problemsOf(error)))
  }
  return (
    <form class="rule-builder" onSubmit={submit} aria-label={rule ? `Rule ${rule.name}` : 'New rule'}>
      <div class="fields" key={kind}>
        <label>
          Name
          <input name="name" required defaultValue={rule?.name ?? ''} disabled={rule !== null} placeholder="btc-high" />
        </label>
        <label>
          Watches
          <select
            name="kind"
            value={kind}
            disabled={rule !== null}
            onChange={event => setKind(ALERT_KINDS.find(name => name === event.currentTarget.value) ?? kind)}
          >
            {ALERT_KINDS.map(name => (
              <option key={name} value={name}>
                {KIND_WORDS[name]}
              </option>
            ))}
          </select>
        </label>
        <Subject kind={kind} rule={rule} />
        <Numbers kind={kind} rule={rule} />
        <Select
          name="priority"
          label="Priority"
          initial={rule?.priority ?? KIND_DEFAULTS[kind].priority}
          choices={plain(ALERT_PRIORITIES)}
        />
        <label class="check">
          <input type="checkbox" name="enabled" defaultChecked={rule?.enabled ?? true} /> enabled
        </label>
      </div>
      <p class="hint">Unit: {KIND_DEFAULTS[kind].unit}.</p>
      <Problems lines={problems} />
      <div class="actions">
        <button class="primary" type="submit">
          {rule ? 'Save' : 'Make the rule'}
        </button>
        <button type="button" onClick={props.onDone}>
          Cancel
        </button>
      </div>
    </form>
  )
}
