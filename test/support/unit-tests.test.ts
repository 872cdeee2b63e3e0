import { describe, expect, test } from '@jest/globals'
import { SLOW, testsWithoutServers, unitTests } from './unit-tests.ts'

const selected = (imports: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  testsWithoutServers(new Map(Object.entries(imports)))

describe('the unit tests', () => {
  test.each(['test/support/servers.ts', 'test/support/browser.ts', 'test/support/docker.ts', 'node:child_process'])(
    'a test that reaches %s, however far around, is none of them',
    outside => {
      const imports = {
        'test/a.test.ts': ['test/support/scene.ts'],
        'test/b.test.ts': ['src/market/time.ts'],
        'test/support/scene.ts': ['src/up/start.ts'],
        'src/up/start.ts': [outside],
        'src/market/time.ts': []
      }
      expect(selected(imports)).toEqual(['test/b.test.ts'])
    }
  )

  test('a test that reads the list of commands starts none of them', () => {
    const imports = { 'test/a.test.ts': ['src/cli/registry.ts'], 'src/cli/registry.ts': ['node:child_process'] }
    expect(selected(imports)).toEqual(['test/a.test.ts'])
  })

  test('this file is one, and a test on a real Kafka is not', () => {
    expect(unitTests()).toContain('test/support/unit-tests.test.ts')
    expect(testsWithoutServers()).not.toContain('test/integration/serve.test.ts')
  })

  test('each test that is named as slow is there and needs no server', () => {
    expect(SLOW.filter(path => !testsWithoutServers().includes(path))).toEqual([])
    expect(unitTests().filter(path => SLOW.includes(path))).toEqual([])
  })
})
