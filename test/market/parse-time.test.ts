import { expect, test } from '@jest/globals'
import { parseTime } from '../../src/market/parse-time.ts'

const TIME = Date.parse('2024-08-09T01:02:03.456Z')

test.each([
  String(TIME),
  `${TIME}789`,
  '2024-08-09T01:02:03.456Z',
  '2024-08-09T01:02:03.456',
  '2024-08-09 01:02:03.456+00',
  '2024-08-09 03:02:03.456+02',
  '2024-08-08T20:32:03.456-0430'
])('%s is that moment', text => {
  expect(parseTime(text)).toBe(TIME)
})

test.each([
  '',
  '0',
  '1723165323',
  '1723165323456000000',
  '2024-08',
  '2024-02-30',
  '2024-13-01T00:00:00Z',
  '09.08.2024',
  'now'
])('"%s" is no time', text => {
  expect(parseTime(text)).toBeNull()
})

test('a day that is none stays none, whatever was read before it', () => {
  const days = ['2024-02-29', '2024-02-30', '2024-02-30', '2024-02-29', '2023-02-29']
  expect(days.map(day => parseTime(`${day}T00:00:00Z`) !== null)).toEqual([true, false, false, true, false])
})
