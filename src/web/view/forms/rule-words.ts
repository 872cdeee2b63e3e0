import type { AlertRule } from '../../../market/records/alert/alert-rule.ts'

const bounds = ({ above, below }: AlertRule): string =>
  [above === undefined ? '' : `above ${above}`, below === undefined ? '' : `below ${below}`]
    .filter(text => text !== '')
    .join(' or ')

/** What a rule waits for: "above 2 or below -2, of every pair, 1m". */
export const ruleWords = (rule: AlertRule): string => {
  const subject = rule.instrument ?? rule.pair ?? 'all of them'
  const how = [rule.interval, rule.method, rule.window ? `window ${rule.window}` : undefined]
  return [bounds(rule), subject, ...how.filter(text => text !== undefined)].join(' · ')
}
