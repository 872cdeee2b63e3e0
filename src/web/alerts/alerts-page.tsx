import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import { getJson, sendDelete } from '../connect/api.ts'
import { problemsOf } from '../connect/problems-of.ts'
import { trust } from '../connect/trust.ts'
import { useStore } from '../connect/use-store.ts'
import { acknowledge, alerts, isSoundOn, openAlertCount, switchSound } from '../shell/alert-feed.ts'
import { Problems } from '../shell/problems.tsx'
import type { StoredRule } from '../view/lists/rule-list.ts'
import { AlertList } from './alert-list.tsx'
import { RuleBuilder } from './rule-builder.tsx'
import { RuleList } from './rule-list.tsx'

const useRules = (): readonly [rules: readonly StoredRule[], reload: () => void] => {
  const [rules, setRules] = useState<readonly StoredRule[]>([])
  const { state } = useStore(trust)
  const reload = (): void =>
    void getJson<{ rules: readonly StoredRule[] }>('/api/v1/alert-rules')
      .then(answer => setRules(answer.rules))
      .catch(() => undefined)
  useEffect(reload, [state])
  return [rules, reload]
}

const Raised = (): JSX.Element => {
  const open = useStore(openAlertCount)
  const sound = useStore(isSoundOn)
  return (
    <section class="card flush" aria-labelledby="raised">
      <div class="card-head">
        <h2 id="raised">Alerts</h2>
        <span class="actions">
          <button type="button" aria-pressed={sound} onClick={switchSound}>
            Sound {sound ? 'on' : 'off'}
          </button>
          <button
            type="button"
            disabled={open === 0}
            onClick={() => acknowledge((alerts.get() ?? []).map(({ id }) => id))}
          >
            Acknowledge all
          </button>
        </span>
      </div>
      <AlertList />
    </section>
  )
}

const Rules = (): JSX.Element => {
  const [rules, reload] = useRules()
  const [edited, setEdited] = useState<AlertRule | 'new' | null>(null)
  const [problems, setProblems] = useState<readonly string[]>([])
  const done = (): void => {
    setEdited(null)
    reload()
  }
  const remove = ({ name }: AlertRule): void => {
    sendDelete(`/api/v1/alert-rules/${encodeURIComponent(name)}`).then(done, error => setProblems(problemsOf(error)))
  }
  return (
    <section class="card" aria-labelledby="rules">
      <div class="card-head bare">
        <h2 id="rules">Rules</h2>
        {edited === null && (
          <button class="primary" type="button" onClick={() => setEdited('new')}>
            New rule
          </button>
        )}
      </div>
      {edited !== null && (
        <RuleBuilder key={edited === 'new' ? '' : edited.name} rule={edited === 'new' ? null : edited} onDone={done} />
      )}
      <Problems lines={problems} />
      <RuleList rules={rules} onEdit={setEdited} onDelete={remove} />
    </section>
  )
}

/** What was raised, and the rules that raise it. */
export const AlertsPage = (): JSX.Element => (
  <section class="page two-columns">
    <Raised />
    <Rules />
  </section>
)
