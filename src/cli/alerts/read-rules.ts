import type { createKafka } from '../../kafka/client/client.ts'
import { readTable } from '../../kafka/read/table/read-table.ts'
import { locationOf } from '../../kafka/read/table/read-usable.ts'
import { type AlertRule, BUILT_IN_RULES } from '../../market/records/alert/alert-rule.ts'
import { alertRules } from '../../topics.ts'

/** Rules as they stand: those written, those built in that nobody has replaced, and what stands in the topic and is none. */
export type KnownRules = {
  readonly written: readonly AlertRule[]
  readonly builtIn: readonly AlertRule[]
  readonly problems: readonly string[]
}

const byName = (a: AlertRule, b: AlertRule): number => (a.name < b.name ? -1 : 1)

/** Reads `alert_rules`. Throws `TS-SETUP` when the topic is missing. */
export const readRules = async (
  kafka: ReturnType<typeof createKafka>,
  prefix: string,
  signal: AbortSignal
): Promise<KnownRules> => {
  const problems: string[] = []
  const found = await readTable(kafka, prefix, alertRules, signal, ({ record, error }) =>
    problems.push(`${locationOf(record)}, key ${record.key}: ${error.message}`)
  )
  const written = [...found].sort(byName)
  return {
    written,
    builtIn: BUILT_IN_RULES.filter(({ name }) => !written.some(rule => rule.name === name)),
    problems
  }
}
