import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'

const datasources = z.object({
  apiVersion: z.literal(1),
  prune: z.boolean(),
  datasources: z.array(
    z.object({
      uid: z.string(),
      type: z.string(),
      url: z.string(),
      user: z.string().optional(),
      editable: z.boolean(),
      jsonData: z.record(z.string(), z.unknown()),
      secureJsonData: z.record(z.string(), z.string())
    })
  )
})

const query = z.object({
  refId: z.string(),
  datasourceUid: z.string(),
  relativeTimeRange: z.object({ from: z.int(), to: z.int() }),
  model: z.object({
    refId: z.string(),
    query: z.string().optional(),
    rawSql: z.string().optional(),
    type: z.string().optional(),
    expression: z.string().optional(),
    conditions: z
      .array(z.object({ evaluator: z.object({ type: z.literal('gt'), params: z.tuple([z.number()]) }) }))
      .optional()
  })
})

const rule = z.object({
  uid: z.string(),
  title: z.string(),
  condition: z.string(),
  for: z.string(),
  noDataState: z.enum(['OK', 'Alerting', 'NoData']),
  execErrState: z.enum(['OK', 'Alerting', 'Error']),
  labels: z.record(z.string(), z.string()),
  annotations: z.object({
    summary: z.string(),
    description: z.string(),
    __dashboardUid__: z.string(),
    __panelId__: z.string()
  }),
  data: z.array(query).min(2)
})

const alerting = z.object({
  apiVersion: z.literal(1),
  groups: z.array(
    z.object({ orgId: z.literal(1), name: z.string(), folder: z.string(), interval: z.string(), rules: z.array(rule) })
  )
})

const providers = z.object({
  apiVersion: z.literal(1),
  providers: z.array(
    z.object({
      folder: z.string(),
      type: z.literal('file'),
      allowUiUpdates: z.boolean(),
      options: z.object({ path: z.string() })
    })
  )
})

export type AlertRule = z.infer<typeof rule>

/** The text of a provisioning file, before Grafana puts the environment in. */
export const provisioningText = (kind: 'datasources' | 'dashboards' | 'alerting'): string =>
  readFileSync(`grafana/provisioning/${kind}/tickstream.yaml`, 'utf8')

/** Grafana puts the environment's variables in the place of `$NAME`, and `$` in the place of `$$`. */
const withoutEscapes = (text: string): string => text.replaceAll('$$', '$')

export const datasourceFile = datasources.parse(parse(provisioningText('datasources')))

export const providerFile = providers.parse(parse(provisioningText('dashboards')))

export const alertGroups = alerting.parse(parse(withoutEscapes(provisioningText('alerting')))).groups

export const alertRules: readonly AlertRule[] = alertGroups.flatMap(({ rules }) => rules)
