import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { clusterAt } from '../../src/up/servers/kafka/kafka-answers.ts'
import { testBrokers, testDatabase } from '../support/servers.ts'

describe('servers that the product starts itself', () => {
  test('a broker answers at the address that is told', async () => {
    const port = Number((await testBrokers()).split(',')[0]!.split(':').at(-1))
    expect(await clusterAt(port)).toMatch(/^[\w-]{22}$/)
  })

  test('nobody answers at a port where nobody listens', async () => {
    expect(await clusterAt(1)).toBeNull()
  })

  test('a database keeps time in UTC and text in UTF-8', async () => {
    const database = await testDatabase()
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { rows } = await client.query(
      `select current_setting('timezone') as zone, current_setting('server_encoding') as encoding`
    )
    await client.end()
    await database.drop()
    expect(rows).toEqual([{ zone: 'UTC', encoding: 'UTF8' }])
  })
})
