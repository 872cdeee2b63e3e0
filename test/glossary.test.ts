import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const rows = readFileSync('docs/glossary.md', 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| '))
  .slice(1)
  .map(line => line.split('|').map(cell => cell.trim()))

/** The words that the glossary replaces; one that ends in `_` begins the name of a constant. */
const coined = rows.flatMap(row => [...(row[3] ?? '').matchAll(/`([^`]+)`/g)].map(([, word]) => word!))

const COMMENT_OR_TEXT = /\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/gm

const namesIn = (code: string): ReadonlySet<string> =>
  new Set(code.replace(COMMENT_OR_TEXT, ' ').match(/[A-Za-z_$][\w$]*/g) ?? [])

const isCoined = (name: string): boolean =>
  coined.some(word => (word.endsWith('_') ? name.startsWith(word) : name === word))

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(path => /\.tsx?$/.test(path))

test('a coined name is found, and not in a comment or a text', () => {
  const code = `/** placeKey */ const MOST_OPEN = 'tryAgain' // steer\nconst outlet = MOSTLY`
  expect([...namesIn(code)].filter(isCoined)).toEqual(['MOST_OPEN', 'outlet'])
})

test('every word of the glossary is explained', () => {
  expect(rows.length).toBeGreaterThan(20)
  expect(rows.filter(row => (row[1] ?? '') === '' || (row[2] ?? '') === '')).toEqual([])
})

test('no name in src is a word that the glossary replaces', () => {
  const found = files.flatMap(path =>
    [...namesIn(readFileSync(join('src', path), 'utf8'))].filter(isCoined).map(name => `${path}: ${name}`)
  )
  expect(found).toEqual([])
})
