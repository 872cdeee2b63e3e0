import { expect, test } from '@jest/globals'
import SlowFirst from './slow-first.ts'

const BYTES: Readonly<Record<string, number>> = {
  'market/decimal': 9_000,
  'e2e/product': 400,
  'integration/replay': 8_000
}
const pathOf = (name: string): string => `/clone/test/${name}.test.ts`

/** Jest's own order of these suites, where some have run before, for so many milliseconds. */
const order = (ran: Readonly<Record<string, number>> = {}): readonly string[] => {
  const names = Object.keys(BYTES)
  const sizes = new Map(names.map(name => [pathOf(name), BYTES[name]]))
  const context = { config: { cache: false }, hasteFS: { getSize: (path: string) => sizes.get(path) } }
  const sequencer = new SlowFirst()
  const known = Object.entries(ran).map(([name, ms]) => [pathOf(name), [1, ms]])
  Object.assign(sequencer, { _cache: new Map([[context, Object.fromEntries(known)]]) })
  const sorted = sequencer.sort(names.map(name => ({ path: pathOf(name), context })))
  return sorted.map(({ path }) => names.find(name => pathOf(name) === path)!)
}

test('in a new clone what is known to be slow begins before what is merely large', () => {
  expect(order()).toEqual(['e2e/product', 'integration/replay', 'market/decimal'])
})

test('what has run before is ordered by how long it took', () => {
  const ran = { 'market/decimal': 300, 'e2e/product': 100, 'integration/replay': 200 }
  expect(order(ran)).toEqual(['market/decimal', 'integration/replay', 'e2e/product'])
})
