import { alertKey } from '../../../market/records/alert/alert.ts'
import { alerts as topic } from '../../../topics.ts'
import { measurement } from './measurement.ts'

/** Alerts and their ends, by rule and by what they are about. */
export const alerts = measurement({
  name: 'alerts',
  topics: [topic],
  tags: alert => ({
    rule: alert.rule,
    kind: alert.kind,
    priority: alert.priority,
    subject: alertKey(alert),
    state: alert.state
  }),
  time: alert => alert.time,
  completedAt: alert => alert.time,
  rank: () => 0,
  floats: ({ value, threshold }) => ({ value, threshold })
})
