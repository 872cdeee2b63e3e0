import type { JSX } from 'preact'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import { KIND_WORDS } from '../view/forms/rule-form.ts'
import { type ListedRule, listedRules, type StoredRule } from '../view/lists/rule-list.ts'

const bounds = ({ above, below }: AlertRule): string =>
  [above === undefined ? '' : `above ${above}`, below === undefined ? '' : `below ${below}`]
    .filter(text => text !== '')
    .join(' or ')

/** What a rule waits for: "above 2 or below -2, of every pair, 1m". */
const ruleWords = (rule: AlertRule): string => {
  const subject = rule.instrument ?? rule.pair ?? 'all of them'
  const how = [rule.interval, rule.method, rule.window ? `window ${rule.window}` : undefined]
  return [bounds(rule), subject, ...how.filter(text => text !== undefined)].join(' · ')
}

type Props = {
  readonly rules: readonly StoredRule[]
  readonly onEdit: (rule: AlertRule) => void
  readonly onDelete: (rule: AlertRule) => void
}

const Row = ({ listed, onEdit, onDelete }: Omit<Props, 'rules'> & { readonly listed: ListedRule }): JSX.Element => {
  const { rule, isBuiltIn } = listed
  return (
    <li data-rule={rule.name}>
      <div>
        <b>{rule.name}</b> <span class={`priority priority-${rule.priority}`}>{rule.priority}</span>
        {!rule.enabled && <span class="badge off">off</span>}
        {isBuiltIn && <span class="badge off">built in</span>}
        <small class="block">
          {KIND_WORDS[rule.kind]} · {ruleWords(rule)}
        </small>
      </div>
      <span class="actions">
        <button type="button" aria-label={`Edit ${rule.name}`} onClick={() => onEdit(rule)}>
          Edit
        </button>
        {!isBuiltIn && (
          <button type="button" aria-label={`Delete ${rule.name}`} onClick={() => onDelete(rule)}>
            Delete
          </button>
        )}
      </span>
    </li>
  )
}

/** The rules that are in force, or switched off. */
export const RuleList = ({ rules, onEdit, onDelete }: Props): JSX.Element => (
  <ul class="rules">
    {listedRules(rules).map(listed => (
      <Row key={listed.rule.name} listed={listed} onEdit={onEdit} onDelete={onDelete} />
    ))}
  </ul>
)
