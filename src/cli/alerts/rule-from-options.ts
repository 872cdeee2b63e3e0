import { readFileSync } from 'node:fs'
import { TickstreamError } from '../../market/error.ts'
import type { AlertRule } from '../../market/records/alert/alert-rule.ts'
import { parseDuration } from '../../runtime/config/parse-setting.ts'
import { checkAlertRule } from '../../stream/codec/alert/check-alert-rule.ts'
import type { Context } from '../run/command.ts'

type Given = Pick<Context, 'values' | 'positionals'>

/** Flags that stand for a field of a rule, and how their text is read; what is no number is left as it is, for the check to name. */
const numeric = (text: string): unknown => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text)
const asIs = (text: string): unknown => text

const FLAGS: Readonly<Record<string, readonly [field: string, read: (text: string) => unknown]>> = {
  kind: ['kind', asIs],
  priority: ['priority', asIs],
  instrument: ['instrument', asIs],
  pair: ['pair', asIs],
  interval: ['interval', asIs],
  method: ['method', asIs],
  window: ['window', numeric],
  'short-window': ['shortWindow', numeric],
  above: ['above', numeric],
  below: ['below', numeric],
  hysteresis: ['hysteresis', numeric],
  cooldown: ['cooldownMs', text => parseDuration(text) ?? text]
}

export const RULE_FLAGS: readonly string[] = Object.keys(FLAGS)

const fromFlags = (name: string | undefined, values: Given['values']): unknown => {
  const fields = Object.entries(FLAGS).flatMap(([flag, [field, read]]) => {
    const text = values[flag]
    return typeof text === 'string' ? [[field, read(text)] as const] : []
  })
  return { name, ...(values.disabled === true ? { enabled: false } : {}), ...Object.fromEntries(fields) }
}

const fromFile = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new TickstreamError('TS-CONFIG', `--file ${path} cannot be read as JSON: ${detail}`, { cause })
  }
}

/** A rule that was asked for, from a file or from flags. Throws one `TS-CONFIG` that names every bad field. */
export const ruleFromOptions = ({ values, positionals: [name] }: Given): AlertRule => {
  const flags = [...RULE_FLAGS, 'disabled'].filter(flag => values[flag] !== undefined)
  const isFromFile = typeof values.file === 'string'
  if (isFromFile && flags.length > 0)
    throw new TickstreamError('TS-CONFIG', `give --file or --${flags[0]}, not both; the file holds the whole rule`)
  const { rule, problems, unknown } = checkAlertRule(
    isFromFile ? fromFile(String(values.file)) : fromFlags(name, values)
  )
  const lines = [
    ...problems.map(({ field, says }) => `  ${field}: ${says}`),
    ...unknown.map(field => `  ${field}: no rule has such a field`),
    ...(isFromFile && rule && name !== undefined && name !== rule.name ? [`  name: the file says ${rule.name}`] : [])
  ]
  if (rule && lines.length === 0) return rule
  throw new TickstreamError('TS-CONFIG', `this is not a rule:\n${lines.join('\n')}`)
}
