import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const DOCUMENTS = globSync(['*.md', '{bench,docs,findings,lake,test}/**/*.md'])

const PATH = /(?<![\w./@-])(?:\.ci|bench|docs|findings|grafana|lake|patches|sql|src|test|topics)\/[\w./+-]*\w/g
const FILE_NAME = /`(?:[\w.-]+\/)*([\w.-]+\.(?:ts|tsx))`/g

/** What the reader is to put a name into. */
const isPlaceholder = (path: string): boolean => path.includes('NAME')

const pathsIn = (text: string): readonly string[] =>
  [...text.matchAll(PATH)].map(([path]) => path).filter(path => !isPlaceholder(path))

const fileNamesIn = (text: string): readonly string[] =>
  [...text.matchAll(FILE_NAME)].map(match => match[1]!).filter(name => !isPlaceholder(name))

describe('the documents', () => {
  test('paths and names of files are found, and no addresses or other folders', () => {
    const text = 'see `src/a/b.ts`, test/c.d and `e.ts`; not https://x.y/docs/f nor ../test/g nor src/NAME.ts'
    expect(pathsIn(text)).toEqual(['src/a/b.ts', 'test/c.d'])
    expect(fileNamesIn(text)).toEqual(['b.ts', 'e.ts'])
  })

  test('there are documents to look at', () => {
    expect(DOCUMENTS).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'docs/guarantees.md']))
  })

  test.each(DOCUMENTS)('every path that %s names is there', document => {
    const paths = pathsIn(readFileSync(document, 'utf8'))
    expect(paths.filter(path => !existsSync(path))).toEqual([])
  })

  test.each(DOCUMENTS)('every file that %s names is somewhere', document => {
    const known = new Set(globSync('{bench,src,test}/**/*.{ts,tsx}').map(path => basename(path)))
    expect(fileNamesIn(readFileSync(document, 'utf8')).filter(name => !known.has(name))).toEqual([])
  })
})
