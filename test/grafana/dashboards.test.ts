import { describe, expect, test } from '@jest/globals'
import { dashboardFaults } from './dashboard-faults.ts'
import { type Dashboard, dashboards, type Panel } from './dashboards.ts'
import { datasourceFile } from './provisioning.ts'

const provisioned = datasourceFile.datasources.map(({ uid }) => uid)

const whole = dashboards[0]!

const withPanel = (change: (panel: Panel) => Panel): Dashboard => ({
  ...whole,
  panels: whole.panels.map((panel, at) => (at === 1 ? change(panel) : panel))
})

const replaced = (from: string, to: string): Dashboard => ({ ...whole, text: whole.text.replaceAll(from, to) })

const moved = (to: Partial<Panel['gridPos']>): Dashboard =>
  withPanel(panel => ({ ...panel, gridPos: { ...panel.gridPos, ...to } }))

const BROKEN: readonly (readonly [string, Dashboard])[] = [
  ['two panels have id 1', withPanel(panel => ({ ...panel, id: 1 }))],
  ['is not inside 24 columns', moved({ x: 20, w: 5 })],
  [' overlaps ', moved({ y: 0, x: 0, w: 24, h: 1 })],
  ['has no title', withPanel(panel => ({ ...panel, title: '' }))],
  ['has no description', withPanel(panel => ({ ...panel, description: ' ' }))],
  ['has no unit', withPanel(panel => ({ ...panel, fieldConfig: { ...panel.fieldConfig, defaults: { unit: '' } } }))],
  [
    'is neither Flux nor SQL',
    withPanel(panel => ({ ...panel, targets: [{ refId: 'A', datasource: panel.datasource }] }))
  ],
  ['draws no volume', withPanel(panel => ({ ...panel, type: 'candlestick', options: {} }))],
  [
    'does not name its columns',
    withPanel(panel => ({ ...panel, type: 'candlestick', options: { mode: 'candles+volume', fields: {} } }))
  ],
  ['variable venue is not declared', replaced(`\${exchange`, `\${venue`)],
  ['variable venue is not declared', replaced(`\${exchange:`, '$venue:')],
  ['datasource elsewhere is not provisioned', replaced('"tickstream-postgres"', '"elsewhere"')],
  ['can be edited', { ...whole, editable: true }],
  ['do not share a crosshair', { ...whole, graphTooltip: 0 }],
  ['cannot be chosen again', { ...whole, refresh: '7s' }],
  ['no link keeps time and variables', { ...whole, links: [] }]
]

describe('the dashboards', () => {
  test('are Market, Pairs, History and Pipeline, each under an address of its own', () => {
    expect(dashboards.map(({ title }) => title).sort()).toEqual(['History', 'Market', 'Pairs', 'Pipeline'])
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length)
  })

  test.each(dashboards.map(dashboard => [dashboard.title, dashboard] as const))('%s has no fault', (_title, of) => {
    expect(dashboardFaults(of, provisioned)).toEqual([])
  })

  test.each(BROKEN)('a fault is found: %s', (fault, broken) => {
    expect(dashboardFaults(broken, provisioned)).toContainEqual(expect.stringContaining(fault))
  })

  test('are shown with the choices that a link from another one carries', () => {
    const names = dashboards.map(({ title, templating }) => [title, templating.list.map(({ name }) => name)])
    const ofInstrument = ['exchange', 'symbol', 'interval']
    expect(Object.fromEntries(names)).toEqual({
      History: ofInstrument,
      Market: ofInstrument,
      Pairs: ['pair', 'interval', 'method'],
      Pipeline: ofInstrument
    })
  })
})
