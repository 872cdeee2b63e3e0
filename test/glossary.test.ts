import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parseSync } from '@swc/core'

const rows = readFileSync('docs/glossary.md', 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| '))
  .slice(1)
  .map(line => line.split('|').map(cell => cell.trim()))

/** The words that the glossary replaces; one that ends in `_` begins the name of a constant. */
const coined = rows.flatMap(row => [...(row[3] ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word!))

/** What others name: a member as in `Buffer.of`, and the key of a literal, which may be a field of JSON. Types of ours have it as well. */
const NAMED_ELSEWHERE: Readonly<Record<string, string>> = { MemberExpression: 'property', KeyValueProperty: 'key' }

type Node = { readonly type?: string; readonly value?: unknown }

/** All names of a syntax tree: of variables, parameters, types and their fields. */
const collect = (node: unknown, names: Set<string>): ReadonlySet<string> => {
  if (node === null || typeof node !== 'object') return names
  const { type = '', value } = node as Node
  if (type === 'Identifier') names.add(String(value))
  for (const [field, child] of Object.entries(node))
    if (field !== NAMED_ELSEWHERE[type] || (child as Node).type !== 'Identifier') collect(child, names)
  return names
}

/** By the parser: `of` is a word of the language as well, and templates and pages hold prose. */
const namesIn = (code: string, tsx: boolean = false): ReadonlySet<string> =>
  collect(parseSync(code, { syntax: 'typescript', tsx, target: 'es2024' }), new Set())

const isCoined = (name: string): boolean =>
  coined.some(word => (word.endsWith('_') ? name.startsWith(word) : name === word))

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(path => /\.tsx?$/.test(path))

test('a coined name is found, and not in a comment or a text', () => {
  const code = `/** placeKey */ const MOST_OPEN = 'tryAgain' // steer\nconst outlet = MOSTLY`
  expect([...namesIn(code)].filter(isCoined)).toEqual(['MOST_OPEN', 'outlet'])
})

test('`of` is found as a name, and not as the word of a loop, in a template or on a page', () => {
  const loop = 'for (const one of [1]) console.log(`1 of 2`)'
  expect([...namesIn(loop)].filter(isCoined)).toEqual([])
  expect([...namesIn('const part = <p>one of two</p>', true)].filter(isCoined)).toEqual([])
  expect([...namesIn('const bytes = Buffer.of(1)')].filter(isCoined)).toEqual([])
  const named = [
    'const of = 1',
    'const read = (of: string) => of.length',
    'type Feed = { readonly of: string }',
    'const read = ({ of }: { readonly [of: string]: string }) => of'
  ]
  for (const code of named) expect([...namesIn(code)].filter(isCoined)).toEqual(['of'])
})

test('every word of the glossary is explained', () => {
  expect(rows.length).toBeGreaterThan(20)
  expect(rows.filter(row => (row[1] ?? '') === '' || (row[2] ?? '') === '')).toEqual([])
})

test('no name in src is a word that the glossary replaces', () => {
  const found = files.flatMap(path =>
    [...namesIn(readFileSync(join('src', path), 'utf8'), path.endsWith('.tsx'))]
      .filter(isCoined)
      .map(name => `${path}: ${name}`)
  )
  expect(found).toEqual([])
})
