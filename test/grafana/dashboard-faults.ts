import type { Dashboard, Panel } from './dashboards.ts'

const COLUMNS = 24

const twice = <T>(values: readonly T[]): readonly T[] => values.filter((value, at) => values.indexOf(value) !== at)

const overlap = ({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

const gridFaults = ({ panels }: Dashboard): readonly string[] => [
  ...panels
    .filter(({ gridPos: { x, y, w, h } }) => x < 0 || y < 0 || w < 1 || h < 1 || x + w > COLUMNS)
    .map(({ title }) => `${title} is not inside ${COLUMNS} columns`),
  ...panels.flatMap((one, at) =>
    panels
      .slice(at + 1)
      .filter(other => overlap(one, other))
      .map(other => `${one.title} overlaps ${other.title}`)
  )
]

const panelFaults = ({ title, description, fieldConfig, type, options, targets }: Panel): readonly string[] => {
  const wants = { title, description, unit: fieldConfig.defaults.unit }
  const lacks = Object.entries(wants).filter(([, text]) => text.trim() === '')
  const isChart = type === 'candlestick'
  const columns = Object.keys(options.fields ?? {}).sort()
  return [
    ...lacks.map(([name]) => `a panel ${title} has no ${name}`),
    ...targets
      .filter(({ query, rawSql }) => (query === undefined) === (rawSql === undefined))
      .map(({ refId }) => `${title}: ${refId} is neither Flux nor SQL`),
    ...(isChart && options.mode !== 'candles+volume' ? [`${title} draws no volume`] : []),
    ...(isChart && columns.join() !== 'close,high,low,open,volume' ? [`${title} does not name its columns`] : [])
  ]
}

/** Names between `${` and `}`, `:` or `.`, or behind `$`, that are not Grafana's own. */
const variablesUsed = (text: string): readonly string[] =>
  [...text.matchAll(/\$(?:\{(\w+)|(\w+))/g)].map(match => match[1] ?? match[2] ?? '').filter(n => !n.startsWith('__'))

const variableFaults = ({ text, templating }: Dashboard): readonly string[] => {
  const declared = templating.list.map(({ name }) => name)
  return [
    ...twice(declared).map(name => `variable ${name} is declared twice`),
    ...new Set(
      variablesUsed(text)
        .filter(name => !declared.includes(name))
        .map(name => `variable ${name} is not declared`)
    )
  ]
}

/** Every `"uid"` that stands in a datasource, however deep. */
const datasourceUids = (node: unknown): readonly string[] => {
  if (typeof node !== 'object' || node === null) return []
  const here = 'datasource' in node ? node.datasource : null
  const uid = typeof here === 'object' && here !== null && 'uid' in here ? String(here.uid) : null
  return [...(uid === null ? [] : [uid]), ...Object.values(node).flatMap(datasourceUids)]
}

const datasourceFaults = ({ text }: Dashboard, provisioned: readonly string[]): readonly string[] =>
  [...new Set(datasourceUids(JSON.parse(text)))]
    .filter(uid => !provisioned.includes(uid))
    .map(uid => `datasource ${uid} is not provisioned`)

const viewFaults = ({ editable, graphTooltip, refresh, timepicker, links, tags }: Dashboard): readonly string[] => [
  ...(editable ? ['it can be edited where changes are lost'] : []),
  ...(graphTooltip === 1 ? [] : ['its panels do not share a crosshair']),
  ...(timepicker.refresh_intervals.includes(refresh) ? [] : [`its refresh ${refresh} cannot be chosen again`]),
  ...(links.some(link => link.includeVars && link.keepTime && link.tags.every(tag => tags.includes(tag)))
    ? []
    : ['no link keeps time and variables'])
]

/** What is wrong with one dashboard, in sentences. */
export const dashboardFaults = (dashboard: Dashboard, provisioned: readonly string[]): readonly string[] => [
  ...twice(dashboard.panels.map(({ id }) => id)).map(id => `two panels have id ${id}`),
  ...gridFaults(dashboard),
  ...dashboard.panels.flatMap(panelFaults),
  ...variableFaults(dashboard),
  ...datasourceFaults(dashboard, provisioned),
  ...viewFaults(dashboard)
]
