import { expect, test } from '@jest/globals'
import {
  type FieldTable,
  flag,
  mark,
  namesOf,
  nullable,
  optional,
  pick,
  text,
  word,
  words
} from '../../src/market/records/fields.ts'

type Sample = {
  readonly name: string
  readonly side: 'buy' | 'sell'
  readonly note: string | null
  readonly more?: boolean
  readonly stale?: true
  readonly flags?: readonly ('block' | 'auction')[]
}

const SAMPLE: FieldTable<Sample> = {
  name: text('its name'),
  side: word(['buy', 'sell'], 'the taker’s side'),
  note: nullable(text('what was said'), 'nothing was said'),
  more: optional(flag('true: there is more'), 'it is known'),
  stale: mark('nothing is known', 'it is being built anew'),
  flags: optional(words(['block', 'auction'], 'what is special about it'), 'something is')
}

test('a table names the fields of its record, in their order', () => {
  expect(namesOf(SAMPLE)).toEqual(['name', 'side', 'note', 'more', 'stale', 'flags'])
  expect(namesOf(pick(SAMPLE, ['note', 'name']))).toEqual(['note', 'name'])
})

test('a table that is not the record’s does not compile', () => {
  const { note: _, ...rest } = SAMPLE
  const wrong: readonly FieldTable<Sample>[] = [
    // @ts-expect-error: a field is missing
    rest,
    // @ts-expect-error: a field that the record does not have
    { ...rest, note: SAMPLE.note, other: text('of another record') },
    // @ts-expect-error: a field of another type
    { ...SAMPLE, name: flag('its name') },
    // @ts-expect-error: a word that is missing
    { ...SAMPLE, side: word(['buy'], 'the taker’s side') },
    // @ts-expect-error: a word too many
    { ...SAMPLE, side: word(['buy', 'sell', 'none'], 'the taker’s side') },
    // @ts-expect-error: a field that may be null
    { ...SAMPLE, note: text('what was said') },
    // @ts-expect-error: a field that is never null
    { ...SAMPLE, name: nullable(text('its name'), 'it has none') },
    // @ts-expect-error: a field that may be left out
    { ...SAMPLE, more: flag('true: there is more') },
    // @ts-expect-error: a field that is never left out
    { ...SAMPLE, name: optional(text('its name'), 'it has one') }
  ]
  expect(wrong).toHaveLength(9)
})
