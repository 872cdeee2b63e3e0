import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { checkDatabase } from '../../src/doctor/check-database.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { createLog } from '../../src/runtime/observe/log.ts'
import { doctorsWords, migratesWords, sinksWords } from '../support/database-words.ts'
import { testDatabase } from '../support/servers.ts'

type Database = Awaited<ReturnType<typeof testDatabase>>

const run = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

const at = (url: string, change: (url: URL) => void): string => {
  const changed = new URL(url)
  change(changed)
  return changed.href
}

/** The same database, as another role. */
const as = (url: string, role: string): string =>
  at(url, of => {
    of.username = role
    of.password = 'secret'
  })

/** A role of its own on the server of a database, gone with it. */
const roleIn = async ({ url }: Database, options = 'login'): Promise<string> => {
  const role = `r${new URL(url).pathname.slice(2)}`
  await run(url, `create role ${role} password 'secret' ${options}`)
  return role
}

/** A database gone wrong: what it is spoilt by, the role that is used, and what has to be said. */
type Bad = readonly [
  name: string,
  spoil: (database: Database) => Promise<string>,
  kind: 'ended' | 'waits',
  words: readonly (string | RegExp)[]
]

const migrated = async (database: Database): Promise<string> => {
  expect(await migratesWords(database.url)).toBeNull()
  return database.url
}

const grants = async (database: Database, ...statements: readonly string[]): Promise<string> => {
  await migrated(database)
  const role = await roleIn(database)
  await run(database.url, ...statements.map(statement => statement.replaceAll('ROLE', role)))
  return as(database.url, role)
}

const READS = 'grant select on all tables in schema public to ROLE'
const WRITES = 'grant select, insert, update on all tables in schema public to ROLE'

const BAD: readonly Bad[] = [
  ['no tables', async ({ url }) => url, 'ended', ['there are no tables of tickstream', 'tickstream migrate']],
  [
    'an older version',
    async database => {
      const url = await migrated(database)
      await run(url, 'delete from schema_migrations where version = 4', 'drop table verifications')
      return url
    },
    'ended',
    ['lacks 0004_verifications', 'tickstream migrate']
  ],
  [
    'a role without rights',
    database => grants(database),
    'ended',
    ['permission denied for table schema_migrations', 'grant select, insert, update on all tables']
  ],
  [
    'a role that may only read',
    database => grants(database, READS),
    'ended',
    ['permission denied for table', 'grant select, insert, update on all tables']
  ],
  [
    'a role that may not move positions',
    database => grants(database, WRITES, 'revoke update on kafka_offsets from ROLE'),
    'ended',
    ['permission denied for table kafka_offsets']
  ],
  [
    'a schema that the role may not use',
    database => grants(database, WRITES, 'revoke usage on schema public from public'),
    'ended',
    ['may use no schema of its search_path', 'grant usage, create on schema public to r']
  ],
  [
    'a search_path that leads elsewhere',
    async database => {
      const url = await migrated(database)
      await run(
        url,
        'create schema elsewhere',
        `alter database ${new URL(url).pathname.slice(1)} set search_path = elsewhere`
      )
      return url
    },
    'ended',
    ['there are no tables of tickstream', 'search_path elsewhere']
  ],
  [
    "another program's schema_migrations",
    async ({ url }) => {
      await run(url, 'create table schema_migrations (version bigint primary key, dirty boolean not null)')
      return url
    },
    'ended',
    ['schema_migrations of another program', 'create schema tickstream authorization']
  ],
  [
    'a table that lost a column',
    async database => {
      const url = await migrated(database)
      await run(url, 'alter table alerts drop column message')
      return url
    },
    'ended',
    ['lacks a table or a column', 'message']
  ],
  [
    'a table without its key',
    async database => {
      const url = await migrated(database)
      await run(url, 'alter table candles drop constraint candles_pkey')
      return url
    },
    'ended',
    ["not as tickstream's migrations make it"]
  ],
  [
    'a database that is read-only',
    async database => {
      const url = await migrated(database)
      await run(url, `alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`)
      return url
    },
    'waits',
    ['takes no writes', 'default_transaction_read_only']
  ],
  [
    'a role whose connections are used up',
    async database => as(await migrated(database), await roleIn(database, 'login connection limit 0')),
    'waits',
    ['no connection left', 'too many connections for role']
  ],
  ['a wrong password', async ({ url }) => at(url, of => (of.password = 'wrong')), 'ended', ['password', '%40']],
  [
    'no password',
    async ({ url }) => at(url, of => (of.password = '')),
    'ended',
    ['asks for a password', 'POSTGRES_URL']
  ],
  ['no such role', async ({ url }) => at(url, of => (of.username = 'nobody')), 'ended', ['password', 'POSTGRES_URL']],
  [
    'a role that may not log in',
    async database => as(database.url, await roleIn(database, 'nologin')),
    'ended',
    ['not permitted to log in', 'create role']
  ],
  [
    'no such database',
    async ({ url }) => at(url, of => (of.pathname = '/absent')),
    'ended',
    ['no such database', 'create database']
  ],
  [
    'TLS where there is none',
    async ({ url }) => `${url}?sslmode=verify-full`,
    'ended',
    ['offers no TLS', 'sslmode=disable']
  ],
  [
    'options that it does not know',
    async ({ url }) => `${url}?options=-c%20nonsense%3D1`,
    'ended',
    ['refuses a setting of POSTGRES_URL']
  ],
  [
    'nothing that listens',
    async ({ url }) => at(url, of => (of.port = '1')),
    'waits',
    ['nothing listens there', 'ECONNREFUSED']
  ],
  [
    'no such host',
    async ({ url }) => at(url, of => (of.hostname = 'nowhere.invalid')),
    'waits',
    [/no such host|name service fails/]
  ]
]

describe('doctor, the sink and migrate agree on', () => {
  test.each(BAD)('%s', async (_, spoil, kind, words) => {
    const database = await testDatabase()
    try {
      const url = await spoil(database)
      const sink = await sinksWords(url)
      expect(sink.kind).toBe(kind)
      for (const word of words) expect(sink.words).toMatch(word instanceof RegExp ? word : new RegExp(escaped(word)))
      expect(await doctorsWords(url)).toContain(sink.words)
    } finally {
      await database.drop()
      await dropRole(database)
    }
  })

  test('a database where all is well', async () => {
    const database = await testDatabase()
    try {
      const url = await grants(database, WRITES)
      expect(await doctorsWords(url)).toEqual([])
      expect(await sinksWords(url)).toMatchObject({ kind: 'ok' })
      expect(await migratesWords(url)).toBeNull()
    } finally {
      await database.drop()
      await dropRole(database)
    }
  })
})

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const dropRole = async ({ url }: Database): Promise<void> =>
  run(
    at(url, of => (of.pathname = '/postgres')),
    `drop role if exists r${new URL(url).pathname.slice(2)}`
  )

describe('migrate', () => {
  let database: Database
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(async () => {
    await database.drop()
    await dropRole(database)
  })

  test('in a closed schema says what to grant; doctor says the same', async () => {
    const url = as(database.url, await roleIn(database))
    const said = await migratesWords(url)
    expect(said).toMatch(/may make no tables in schema public.*grant create on schema public to r/)
    expect(await doctorsWords(url)).toContain(said)
  })

  test("names another program's tables, makes none of its own, and works in a schema beside them", async () => {
    await run(database.url, 'create table candles (n int)', 'create table alerts (n int)')
    const said = await migratesWords(database.url)
    expect(said).toMatch(/already holds alerts, candles of another program.*create schema tickstream authorization/)
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { rows } = await client.query(
      "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1"
    )
    await client.end()
    expect(rows).toEqual([{ relname: 'alerts' }, { relname: 'candles' }])
    await run(database.url, 'create schema tickstream')
    const own = `${database.url}?options=-c%20search_path%3Dtickstream`
    expect(await migratesWords(own)).toBeNull()
    expect(await doctorsWords(own)).toEqual([])
  })
})

test('a URL that is none is a problem of the settings, and says what target_session_attrs may be', () => {
  const url = 'postgres://a,b/market?target_session_attrs=writable'
  expect(() => readConfig({ POSTGRES_URL: url })).toThrow(/read-write, read-only, primary, standby, prefer-standby/)
})

test('of several hosts doctor says how each is found', async () => {
  const database = await testDatabase()
  try {
    const url = at(database.url, of => of).replace('@127.0.0.1', '@127.0.0.1:1,127.0.0.1')
    const config = readConfig({ POSTGRES_URL: url })
    const findings = await checkDatabase({
      config,
      log: createLog('test', 'silent'),
      signal: new AbortController().signal
    })
    expect(findings[0]).toMatchObject({ state: 'ok' })
    expect(findings.slice(-2)).toMatchObject([{ state: 'note' }, { state: 'ok', says: 'a primary' }])
  } finally {
    await database.drop()
  }
})

test('doctor says which rows have no partition, and which still stand as before there were any', async () => {
  const database = await testDatabase()
  const findings = async () => {
    const config = readConfig({ POSTGRES_URL: database.url })
    const all = await checkDatabase({
      config,
      log: createLog('test', 'silent'),
      signal: new AbortController().signal
    })
    return all.filter(({ part }) => part === 'Partitions')
  }
  try {
    expect(await migratesWords(database.url)).toBeNull()
    expect(await findings()).toMatchObject([{ state: 'ok', says: '0, and no row without one' }])
    await run(database.url, "insert into kpis (exchange, symbol, time) values ('a', 'B/C', now())")
    expect(await findings()).toMatchObject([{ state: 'note', says: expect.stringMatching(/^kpis_rest hold/) }])
    await run(database.url, 'create table candles_unpartitioned (n integer)')
    expect(await findings()).toMatchObject([{ state: 'note', says: expect.stringMatching(/^candles_unpartitioned/) }])
  } finally {
    await database.drop()
  }
})
