import { type Dashboard, dashboards, type Panel } from './dashboards.ts'
import { type AlertRule, alertRules } from './provisioning.ts'

/** One query that Grafana sends, and where it stands. */
export type Query = {
  readonly where: string
  readonly language: 'flux' | 'sql'
  readonly text: string
  /** The panel that draws it, if one does. */
  readonly panel: Panel | null
  readonly rule: AlertRule | null
}

type Parts = { readonly query?: string | undefined; readonly rawSql?: string | undefined }

const queryOf = (where: string, { query, rawSql }: Parts, more: Partial<Query> = {}): Query => ({
  where,
  language: query === undefined ? 'sql' : 'flux',
  text: query ?? rawSql ?? '',
  panel: null,
  rule: null,
  ...more
})

const ofVariables = ({ title, templating }: Dashboard): readonly Query[] =>
  templating.list.map(({ name, query, datasource }) =>
    queryOf(`${title} › variable ${name}`, datasource.type === 'influxdb' ? { query } : { rawSql: query })
  )

const ofAnnotations = ({ title, annotations }: Dashboard): readonly Query[] =>
  annotations.list.map(({ name, target }) => queryOf(`${title} › annotation ${name}`, target))

const ofPanels = ({ title, panels }: Dashboard): readonly Query[] =>
  panels.flatMap(panel => panel.targets.map(target => queryOf(`${title} › ${panel.title}`, target, { panel })))

const ofRule = (rule: AlertRule): readonly Query[] =>
  rule.data
    .filter(({ model }) => model.type === undefined)
    .map(({ model }) => queryOf(`alert ${rule.title}`, model, { rule }))

/** Every query of every dashboard and alert rule. */
export const queries: readonly Query[] = [
  ...dashboards.flatMap(dashboard => [...ofVariables(dashboard), ...ofAnnotations(dashboard), ...ofPanels(dashboard)]),
  ...alertRules.flatMap(ofRule)
]
