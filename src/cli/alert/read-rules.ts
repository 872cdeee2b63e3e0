import type { createKafka } from '../../kafka/client.ts'
import { readTable } from '../../kafka/read-table.ts'
import { type AlertRule, BUILT_IN_RULES } from '../../market/alert-rule.ts'
import { TickstreamError } from '../../market/error.ts'
import { alertRules } from '../../topics.ts'

type Written = { readonly rule: AlertRule | null; readonly problem: string }

/** Rules as they stand: those written, those built in that nobody has replaced, and what stands in the topic and is none. */
export type KnownRules = {
  readonly written: readonly AlertRule[]
  readonly builtIn: readonly AlertRule[]
  readonly problems: readonly string[]
}

const read = (bytes: Buffer): Written => {
  try {
    return { rule: alertRules.codec.decode(bytes), problem: '' }
  } catch (error) {
    if (!(error instanceof TickstreamError)) throw error
    return { rule: null, problem: `${bytes.toString().slice(0, 80)}: ${error.message}` }
  }
}

const byName = (a: AlertRule, b: AlertRule): number => (a.name < b.name ? -1 : 1)

/** Reads `alert_rules`. Throws an `environment` error when the topic is missing. */
export const readRules = async (
  kafka: ReturnType<typeof createKafka>,
  prefix: string,
  signal: AbortSignal
): Promise<KnownRules> => {
  const topic = { name: alertRules.name, codec: { decode: read, encode: () => '' } }
  const found = await readTable(kafka, prefix, topic, signal)
  const written = found.flatMap(({ rule }) => rule ?? []).sort(byName)
  return {
    written,
    builtIn: BUILT_IN_RULES.filter(({ name }) => !written.some(rule => rule.name === name)),
    problems: found.flatMap(({ rule, problem }) => (rule ? [] : [problem]))
  }
}
