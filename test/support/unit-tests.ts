import { type Imports, readImports } from './imports.ts'

/** What starts processes or reaches servers. A test that imports one of these, however far around, is no unit test. */
const OUTSIDE = [
  'node:child_process',
  'playwright-core',
  'testcontainers',
  'test/support/servers.ts',
  'test/support/browser.ts',
  'test/support/docker.ts'
]

/** It names every command and runs none: a test may read it. */
const REGISTRY = 'src/cli/registry.ts'

/**
 * Tests without a server that take more than 5 s of CPU each, and together longer than all others: thousands of drawn cases, long series,
 * or lives in the simulated cluster. `npm test` runs them.
 */
export const SLOW: readonly string[] = [
  'test/aggregate/aggregate.property.test.ts',
  'test/aggregate/bounded-state.test.ts',
  'test/aggregate/open-gaps.property.test.ts',
  'test/analyze/indicators/stand-in.test.ts',
  'test/analyze/pair/analyze-pairs.property.test.ts',
  'test/analyze/pair/analyze-pairs.test.ts',
  'test/analyze/pair/rolling-moments.test.ts',
  'test/analyze/pair/unit-root.test.ts',
  'test/analyze/units.property.test.ts',
  'test/faults/faults.test.ts',
  'test/ingest/refusals.test.ts',
  'test/kafka/client-patch.test.ts',
  'test/lake/models.test.ts',
  'test/simulate/venues-apart.test.ts'
]

/** The tests that need nothing but this process, by their imports; the slow ones too. */
export const testsWithoutServers = (imports: Imports = readImports(['src', 'test'])): readonly string[] => {
  const known = new Map<string, boolean>()
  return [...imports.keys()].filter(path => path.endsWith('.test.ts') && !reachesOutside(path, imports, known))
}

/** What `npm run test:unit` runs. */
export const unitTests = (): readonly string[] => testsWithoutServers().filter(path => !SLOW.includes(path))

const reachesOutside = (path: string, imports: Imports, known: Map<string, boolean>): boolean => {
  if (OUTSIDE.includes(path)) return true
  const answer = known.get(path)
  if (answer !== undefined) return answer
  // Files import each other in no circle (architecture.test.ts), so this one is not asked again before it is known.
  const reaches = path !== REGISTRY && (imports.get(path) ?? []).some(next => reachesOutside(next, imports, known))
  known.set(path, reaches)
  return reaches
}
