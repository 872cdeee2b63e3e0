import { alertKey } from '../../../market/records/alert/alert.ts'
import { alerts as topic } from '../../../topics.ts'
import { measurement } from './measurement.ts'

/** Alerts and their ends, by rule and by what they are about. */
export const alerts = measurement({
  name: 'alerts',
  topics: [topic],
  tags: of => ({ rule: of.rule, kind: of.kind, priority: of.priority, subject: alertKey(of), state: of.state }),
  time: of => of.time,
  completedAt: of => of.time,
  rank: () => 0,
  floats: ({ value, threshold }) => ({ value, threshold })
})
