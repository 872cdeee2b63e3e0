import { describe, expect, test } from '@jest/globals'
import { recordLine } from '../../src/replay/run/record-line.ts'
import { incoming } from '../support/records.ts'

const parsed = (value: Buffer | null, key: Buffer | null = Buffer.from('k')) =>
  JSON.parse(recordLine('raw_ticks', incoming({ topic: 'prefix-raw_ticks', partition: 3, offset: '17', key, value })))

describe('a record as a line', () => {
  test('JSON stands there as it was, digit for digit', () => {
    const line = recordLine(
      'raw_ticks',
      incoming({ offset: '17', value: Buffer.from('{"price":1.50,"id":12345678901234567890}') })
    )
    expect(line).toBe(
      '{"topic":"raw_ticks","partition":0,"offset":17,"timestamp":1723161600000,"key":"key","value":{"price":1.50,"id":12345678901234567890}}\n'
    )
  })

  test('it is one line, also when the JSON has several', () => {
    const line = recordLine('a', incoming({ value: Buffer.from('{\r\n"a": "x\\ny"\n}') }))
    expect(line.trimEnd()).not.toContain('\n')
    expect(JSON.parse(line).value).toEqual({ a: 'x\ny' })
  })

  test('text is text, what is no text is base64, and nothing is null', () => {
    expect(parsed(Buffer.from('no "json"\n')).value).toBe('no "json"\n')
    expect(parsed(Buffer.from([255, 0])).value).toEqual({ base64: '/wA=' })
    expect(parsed(null, null)).toEqual({
      topic: 'raw_ticks',
      partition: 3,
      offset: 17,
      timestamp: 1723161600000,
      key: null,
      value: null
    })
  })
})
