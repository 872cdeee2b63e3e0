import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { listJson } from '../../src/serve/http/api/list-json.ts'

/** The text, which is the same packed and not. */
const textOf = (name: string, records: readonly object[]): string => {
  const { plain, zipped } = listJson(name, records)
  const text = Buffer.concat(plain).toString()
  if (zipped) expect(gunzipSync(Buffer.concat(zipped())).toString()).toBe(text)
  return text
}

/** Lists as they are asked for one after the other: the same records, some of them anew, from a window on that moves. */
const asked = fc.array(fc.record({ anew: fc.array(fc.nat(11), { maxLength: 2 }), from: fc.nat(3), count: fc.nat(9) }), {
  minLength: 2,
  maxLength: 30
})

describe('a list of records as JSON', () => {
  test('is what its records are now, whichever of them have changed since it was asked for last', () => {
    fc.assert(
      fc.property(asked, steps => {
        const records = Array.from({ length: 12 }, (_, n) => ({ n, close: 'é', revision: 0 }))
        for (const { anew, from, count } of steps) {
          for (const n of anew) records[n] = { ...records[n]!, revision: records[n]!.revision + 1 }
          const list = records.slice(from, from + count)
          expect(textOf('candles', list)).toBe(JSON.stringify({ candles: list }))
          expect(textOf('pairs', list)).toBe(JSON.stringify({ pairs: list }))
        }
      })
    )
  })

  test('longer ones than are remembered, and more of them than that, are whole', () => {
    const records = Array.from({ length: 1_300 }, (_, n) => ({ n }))
    expect(JSON.parse(textOf('gaps', records))).toEqual({ gaps: records })
    for (let n = 0; n < 300; n++)
      expect(JSON.parse(textOf('gaps', records.slice(n, n + 900)))).toEqual({
        gaps: records.slice(n, n + 900)
      })
  })
})
