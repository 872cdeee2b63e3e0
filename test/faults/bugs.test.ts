import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { transformSync } from '@swc/core'
import { type Bug, withBug } from './bugs/bug.ts'
import { BUGS, CONTROL } from './bugs/bugs.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** What keeps a bug from being planted; null when nothing does. */
const trouble = (bug: Bug, code = readFileSync(join(ROOT, bug.file), 'utf8')): string | null => {
  try {
    transformSync(withBug(bug, code), { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } })
    return null
  } catch (error) {
    return `${bug.name}: ${error}`
  }
}

describe('every bug to plant', () => {
  test('finds its text exactly once in the code of today and leaves code that can be read', () => {
    expect([CONTROL, ...BUGS].map(bug => trouble(bug)).filter(told => told !== null)).toEqual([])
  })

  test('would be missed here if its text stood there twice, or not at all, or if it left a ruin', () => {
    const bug: Bug = { name: 'a sum is a difference', file: 'sum.ts', find: 'a + b', replace: 'a - b' }
    expect(trouble(bug, 'a + b')).toBeNull()
    expect(trouble(bug, 'a + b; a + b')).toContain('finds its text 2 times in sum.ts')
    expect(trouble(bug, 'b + a')).toContain('finds its text 0 times in sum.ts')
    expect(trouble({ ...bug, replace: 'a -' }, 'a + b')).not.toBeNull()
  })

  test('changes something, has a name of its own, and names tests that exist', () => {
    expect(BUGS.filter(({ find, replace }) => find === replace)).toEqual([])
    expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length)
    expect((CONTROL.tests ?? []).filter(path => !existsSync(join(ROOT, path)))).toEqual([])
  })
})
