import { readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { registry } from '../../../src/analyze/indicator/registry.ts'

const SHARED = ['indicator.ts', 'registry.ts']

const nameOf = (file: string): string => file.replace(/(\.test)?\.ts$/, '')

describe('the registry of indicators', () => {
  const registered = Object.keys(registry).sort()

  test('names every file of the folder', () => {
    const files = readdirSync('src/analyze/indicator').filter(file => !SHARED.includes(file))
    expect(files.map(nameOf).sort()).toEqual(registered)
  })

  test('holds nothing that the contract was not tried on', () => {
    const others = ['registry', 'drift', 'ta-lib']
    const tests = readdirSync('test/analyze/indicator').filter(file => file.endsWith('.test.ts'))
    expect(
      tests
        .map(nameOf)
        .filter(name => !others.includes(name))
        .sort()
    ).toEqual(registered)
  })
})
