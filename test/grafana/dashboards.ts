import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const datasource = z.object({ type: z.string(), uid: z.string() })

const target = z.object({
  refId: z.string(),
  datasource,
  /** Flux */
  query: z.string().optional(),
  rawSql: z.string().optional(),
  format: z.enum(['table', 'time_series']).optional()
})

const override = z.object({
  matcher: z.object({ id: z.string(), options: z.string() }),
  properties: z.array(z.object({ id: z.string(), value: z.unknown() }))
})

const panel = z.object({
  id: z.int(),
  type: z.string(),
  title: z.string(),
  description: z.string(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  datasource,
  targets: z.array(target).min(1),
  maxDataPoints: z.int().optional(),
  fieldConfig: z.object({
    defaults: z.object({ unit: z.string(), noValue: z.string().optional() }),
    overrides: z.array(override)
  }),
  options: z.object({ mode: z.string().optional(), fields: z.record(z.string(), z.string()).optional() })
})

const variable = z.object({ name: z.string(), type: z.string(), datasource, query: z.string() })

const link = z.object({ tags: z.array(z.string()), includeVars: z.boolean(), keepTime: z.boolean() })

const dashboard = z.object({
  id: z.null(),
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  editable: z.boolean(),
  graphTooltip: z.int(),
  refresh: z.string(),
  timepicker: z.object({ refresh_intervals: z.array(z.string()) }),
  links: z.array(link),
  templating: z.object({ list: z.array(variable) }),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), datasource, target })) }),
  panels: z.array(panel).min(1)
})

export type Panel = z.infer<typeof panel>

/** What is checked of a dashboard; `text` is the whole file. */
export type Dashboard = z.infer<typeof dashboard> & { readonly text: string }

const FOLDER = 'grafana/dashboards'

/** Every dashboard of the product. Throws when one is not what Grafana's classic format asks for. */
export const dashboards: readonly Dashboard[] = readdirSync(FOLDER).map(file => {
  const text = readFileSync(join(FOLDER, file), 'utf8')
  return { ...dashboard.parse(JSON.parse(text)), text }
})
