import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type pg from 'pg'
import { openDatabase, type ReadDatabase } from './database.ts'

let database: ReadDatabase
let reader: pg.Client

beforeAll(async () => {
  database = await openDatabase('first')
  reader = await database.connectReader()
})

afterAll(async () => {
  await reader.end()
  await database.drop()
})

describe('the role that Grafana reads with', () => {
  test('sees every table and view', async () => {
    const { rows } = await database.owner.query(
      "select table_name from information_schema.tables where table_schema = 'public'"
    )
    expect(rows.length).toBeGreaterThan(8)
    for (const { table_name } of rows) await reader.query(`select * from ${table_name} limit 1`)
  })

  test('sees tables of later migrations too', async () => {
    await database.owner.query('create table later (n int)')
    expect((await reader.query('select * from later')).rows).toEqual([])
  })

  test.each([
    "insert into instruments values ('x', 'A/B')",
    'update candles set close = 0',
    'delete from candles',
    'truncate candles',
    'drop table candles',
    'create table mine (n int)'
  ])('may not %s, not even where it takes back that it only reads', async statement => {
    await expect(reader.query(statement)).rejects.toThrow('read-only transaction')
    await reader.query('set default_transaction_read_only = off')
    await expect(reader.query(statement)).rejects.toThrow(/permission denied|must be owner/)
    await reader.query('reset default_transaction_read_only')
  })

  test('does not hold the server for longer than a viewer waits', async () => {
    expect((await reader.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '20s' }])
  })

  test('gets another password when the file is run again', async () => {
    await database.grant("sec'ond")
    const again = await database.connectReader("sec'ond")
    await again.end()
  })

  test('is not made without a password, and what to set is said', async () => {
    await expect(database.grant('')).rejects.toThrow('tickstream.reader_password')
  })
})
