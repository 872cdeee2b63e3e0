import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { dashboards } from './dashboards.ts'
import { alertGroups, alertRules, datasourceFile, providerFile, provisioningText } from './provisioning.ts'

const grafana = z.object({ environment: z.record(z.string(), z.string()), volumes: z.array(z.string()) })
const composeFile = z.object({ services: z.object({ grafana }) })

const uids = datasourceFile.datasources.map(({ uid }) => uid)

describe('the datasources', () => {
  test('have addresses of their own, give way to what the file says, and are read alone', () => {
    expect(new Set(uids).size).toBe(uids.length)
    expect(datasourceFile.prune).toBe(true)
    expect(datasourceFile.datasources.map(({ editable }) => editable)).toEqual(uids.map(() => false))
  })

  test('take where they are and their secrets from the environment', () => {
    for (const { url, secureJsonData } of datasourceFile.datasources)
      for (const text of [url, ...Object.values(secureJsonData)]) expect(text).toMatch(/^\$[A-Z_]+$/)
  })

  test('are PostgreSQL through the role that may only read, and InfluxDB through Flux', () => {
    const users = datasourceFile.datasources.map(({ user }) => user).filter(user => user !== undefined)
    expect(users).toEqual(['grafana_reader'])
    expect(datasourceFile.datasources.find(({ type }) => type === 'influxdb')?.jsonData.version).toBe('Flux')
  })
})

describe('docker compose', () => {
  const { environment, volumes } = composeFile.parse(parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }))
    .services.grafana

  test('gives Grafana every variable that the datasources name', () => {
    const named = [...provisioningText('datasources').matchAll(/: \$([A-Z_]+)$/gm)].map(match => match[1])
    expect(named).toHaveLength(8)
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(named))
  })

  test('puts the dashboards where the provider looks for them', () => {
    const [provider] = providerFile.providers
    expect(volumes).toContain(`./grafana/dashboards:${provider?.options.path}:ro`)
  })
})

describe('the page of panels', () => {
  const page = readFileSync('docs/panels.md', 'utf8')

  test.each(dashboards.map(({ title, panels }) => [title, panels] as const))(
    'has every panel of %s',
    (title, panels) => {
      const section = page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0]
      const listed = [...(section ?? '').matchAll(/^\| (.+?) \|/gm)].map(match => match[1]).slice(1)
      expect(listed).toEqual(panels.map(panel => (panel.title.startsWith('$') ? 'Candles' : panel.title)))
    }
  )

  test('has every alert rule', () => {
    for (const { title } of alertRules) expect(page).toContain(`| ${title} |`)
  })
})

describe('the provider of dashboards', () => {
  test('reads files, and takes no changes that the next start would lose', () => {
    expect(providerFile.providers.map(({ type, allowUiUpdates }) => [type, allowUiUpdates])).toEqual([['file', false]])
  })
})

describe('the alert rules', () => {
  test('have addresses of their own, and lie in the folder of the dashboards', () => {
    expect(new Set(alertRules.map(({ uid }) => uid)).size).toBe(alertRules.length)
    expect(alertGroups.map(({ folder }) => folder)).toEqual(providerFile.providers.map(({ folder }) => folder))
  })

  test('hold no $ that Grafana would take for a variable of the environment', () => {
    expect(provisioningText('alerting').replaceAll('$$', '')).not.toContain('$')
  })

  test.each(alertRules.map(rule => [rule.title, rule] as const))(
    '%s asks a datasource that is provisioned, and compares the answer',
    (_title, rule) => {
      const [asked, compared] = rule.data
      expect(rule.data).toHaveLength(2)
      expect(uids).toContain(asked?.datasourceUid)
      expect(asked?.model.refId).toBe(asked?.refId)
      expect(compared).toMatchObject({ refId: rule.condition, datasourceUid: '__expr__' })
      expect(compared?.model).toMatchObject({ refId: rule.condition, type: 'threshold', expression: asked?.refId })
      expect(compared?.model.conditions).toHaveLength(1)
    }
  )

  test.each(alertRules.map(rule => [rule.title, rule] as const))(
    '%s leads to a panel that shows what it is about',
    (_title, { annotations }) => {
      const dashboard = dashboards.find(({ uid }) => uid === annotations.__dashboardUid__)
      expect(dashboard?.panels.map(({ id }) => String(id))).toContain(annotations.__panelId__)
    }
  )
})
