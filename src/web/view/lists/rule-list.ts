import { type AlertRule, BUILT_IN_RULES } from '../../../market/records/alert/alert-rule.ts'

/** A rule as it is listed. One that is built in can be changed, which makes a record of its name, but not deleted. */
export type ListedRule = { readonly rule: AlertRule; readonly isBuiltIn: boolean }

/** A rule as the gateway tells it. */
export type StoredRule = AlertRule & { readonly builtIn?: boolean }

/** What is in force: the rules that the gateway tells, then those built in of which it says nothing. */
export const listedRules = (stored: readonly StoredRule[]): readonly ListedRule[] => [
  ...stored.map(rule => ({ rule, isBuiltIn: rule.builtIn === true })),
  ...BUILT_IN_RULES.filter(({ name }) => !stored.some(rule => rule.name === name)).map(rule => ({
    rule,
    isBuiltIn: true
  }))
]
