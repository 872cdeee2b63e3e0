import { readdirSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { alertKinds } from '../../src/alert/kind/registry.ts'
import { ALERT_KINDS } from '../../src/market/records/alert/alert.ts'

const NO_KIND = ['alert-kind.ts', 'pair-signal.ts', 'registry.ts']

test('every kind has a file of its name, and every file is registered', () => {
  const files = readdirSync('src/alert/kind').filter(file => !NO_KIND.includes(file))
  expect(files.sort()).toEqual(ALERT_KINDS.map(kind => `${kind.replaceAll('_', '-')}.ts`).sort())
  expect(Object.keys(alertKinds).sort()).toEqual([...ALERT_KINDS].sort())
})
