import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { buildWebApp, type WebFile } from '../../src/serve/http/web-app.ts'

describe('the dashboard, built', () => {
  let files: ReadonlyMap<string, WebFile>
  beforeAll(async () => {
    files = await buildWebApp()
  })

  test('is under 200 kB gzipped in all', () => {
    const sizes = [...files.values()].map(({ body }) => gzipSync(body).length)
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(200_000)
  })

  test('names nothing that is not among its files, and nothing inline that a strict policy would refuse', () => {
    const page = String(files.get('/')?.body)
    const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(match => match[1]!)
    expect(named.length).toBe(3)
    expect(named.filter(path => !files.has(path))).toEqual([])
    expect(page).not.toMatch(/<style|style=|<script(?![^>]*src=)|\son[a-z]+=/)
  })

  test('asks for nothing from elsewhere', () => {
    const style = [...files].find(([path]) => path.endsWith('.css'))!
    expect(String(style[1].body)).not.toMatch(/url\(|@import|https?:/)
  })

  test('is the same with every build, so that what a browser keeps stays good', async () => {
    expect([...(await buildWebApp()).keys()]).toEqual([...files.keys()])
  })
})
