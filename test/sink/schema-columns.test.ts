import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { sinkTables } from '../../src/sink/postgres/tables.ts'

type Column = { readonly name: string; readonly type: string; readonly isOwn: boolean }

/** The tables that the migrations make, by sql/schema.sql, and their columns; `isOwn` for those that PostgreSQL fills itself. */
const schema = new Map(
  [
    ...readFileSync('sql/schema.sql', 'utf8').matchAll(/^CREATE TABLE (\w+) \(\n([^;]*)\n\)(?: PARTITION BY [^;]*)?;/gm)
  ].map(([, table, body]) => [
    table!,
    body!.split(',\n').flatMap((line): Column[] => {
      const column = /^ {2}"?(\w+)"? (text|numeric|bigint|integer|boolean|double precision|jsonb|bytea|timestamp)/.exec(
        line
      )
      return column
        ? [{ name: column[1]!, type: column[2]!, isOwn: /generated always|default (nextval|now)/.test(line) }]
        : []
    })
  ])
)

/** Types of parameters beside those of their columns where they are called otherwise, or are wider. */
const FITS: Readonly<Record<string, readonly string[]>> = { bigint: ['bigint', 'integer'], timestamptz: ['timestamp'] }

test('the tables of the schema are found', () => {
  expect(schema.size).toBeGreaterThan(8)
  expect(schema.get('candles')).toContainEqual({ name: 'open_time', type: 'timestamp', isOwn: false })
})

test.each(sinkTables.map(({ name, columns }) => [name, columns] as const))(
  'a migration makes every column that a record of %s has, and no other: it may be missing in sql/',
  (name, columns) => {
    const known = (schema.get(name) ?? []).filter(({ isOwn }) => !isOwn)
    expect(columns.map(column => column.name).toSorted()).toEqual(known.map(column => column.name).toSorted())
    for (const column of columns) {
      const { type } = known.find(one => one.name === column.name)!
      expect(FITS[column.type] ?? [column.type]).toContain(type)
    }
  }
)
