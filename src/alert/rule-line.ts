import type { AlertRule } from '../market/records/alert/alert-rule.ts'

const bounds = ({ above, below }: AlertRule): string =>
  [above === undefined ? '' : `above ${above}`, below === undefined ? '' : `below ${below}`].filter(Boolean).join(', ')

const details = ({ interval, method, window, shortWindow, hysteresis, cooldownMs }: AlertRule): string =>
  [
    interval,
    method,
    window === undefined ? '' : shortWindow === undefined ? `window ${window}` : `windows ${shortWindow}/${window}`,
    hysteresis > 0 ? `hysteresis ${hysteresis}` : '',
    cooldownMs > 0 ? `cooldown ${cooldownMs / 1_000} s` : ''
  ]
    .filter(Boolean)
    .join(', ')

/** A rule as a row of the list, its columns in order. */
export const ruleRow = (rule: AlertRule, isBuiltIn: boolean): readonly string[] => [
  rule.name,
  rule.kind,
  rule.priority,
  rule.enabled ? (isBuiltIn ? 'built in' : 'on') : 'off',
  rule.instrument ?? rule.pair ?? 'all',
  bounds(rule),
  details(rule)
]

/** Rows under each other. */
export const asTable = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  )
}
