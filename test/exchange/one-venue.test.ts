import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { SIMULATED_VENUES } from '../../src/simulate/venues/registry.ts'
import { sourcePaths, withoutComments } from '../support/imports.ts'

const SRC = resolve('src')

/** Folders of those whose protocol nobody else speaks, by the id of each. */
const FOLDERS = SIMULATED_VENUES.map(({ id }) => ({ id, folder: id.replace(/^coinbaseexchange$/, 'coinbase') })).filter(
  ({ id }) => !id.startsWith('binance')
)

/** Where an exchange is named beside its folders: a line in each. */
const ROWS = ['exchange/registry.ts', 'runtime/config/read-exchange-urls.ts', 'simulate/venues/registry.ts']

/** `research` opens files of exchanges' archives, each in its own form: it follows no market. */
const sources = sourcePaths(SRC)
  .filter(path => !path.startsWith('research/'))
  .map(path => ({ path, text: readFileSync(resolve(SRC, path), 'utf8') }))

describe.each(FOLDERS)('$id', ({ id, folder }) => {
  const own = [`exchange/${folder}/`, `simulate/venues/${folder}/`]

  test('is named by its own folders, and by one row in each of three lists', () => {
    const names = new RegExp(`['"](?:${id}|${id.toUpperCase()})['"]|/${folder}/`)
    const others = sources.filter(({ path }) => !own.some(name => path.startsWith(name)))
    const naming = others.filter(({ text }) => names.test(withoutComments(text))).map(({ path }) => path)
    expect(naming.toSorted()).toEqual(ROWS)
  })
})

test('the adapters that were added last have fewer than 400 lines', () => {
  const linesOf = (folder: string): number =>
    sources
      .filter(({ path }) => path.startsWith(`exchange/${folder}/`))
      .reduce((sum, { text }) => sum + text.split('\n').length - 1, 0)
  for (const folder of ['bitstamp', 'hyperliquid', 'krakenfutures']) expect(linesOf(folder)).toBeLessThan(400)
})
