import { type AlertRule, BUILT_IN_RULES } from '../../../market/alert-rule.ts'

/** A rule as it is listed. One that is built in can be changed, which makes a record of its name, but not deleted. */
export type ListedRule = { readonly rule: AlertRule; readonly isBuiltIn: boolean }

/** What is in force: the rules that were made, then those built in whose names none of them bears. */
export const listedRules = (made: readonly AlertRule[]): readonly ListedRule[] => [
  ...made.map(rule => ({ rule, isBuiltIn: false })),
  ...BUILT_IN_RULES.filter(({ name }) => !made.some(rule => rule.name === name)).map(rule => ({
    rule,
    isBuiltIn: true
  }))
]
