import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type pg from 'pg'
import { openDatabase, type ReadDatabase } from './database.ts'
import { expandSql } from './expand.ts'
import { type Query, queries } from './queries.ts'
import { HEALTHY, TROUBLE } from './rows.ts'

const sqlQueries = queries.filter(({ language }) => language === 'sql')
const named = sqlQueries.map(query => [query.where, query] as const)
const ofPanels = sqlQueries.flatMap(query => (query.panel ? [[query.where, query, query.panel] as const] : []))
const ofRules = sqlQueries.filter(({ rule }) => rule !== null)

/** Rows of these tell of trouble; of a healthy installation there are none, and the panel says so in its own words. */
const TELLS_OF_TROUBLE = /\bfrom (?:gaps|dead_letters|alerts)\b|revision > 0/

let database: ReadDatabase
let reader: pg.Client

const answerTo = ({ text }: Query): Promise<pg.QueryResult<Record<string, unknown>>> => reader.query(expandSql(text))

/** The numbers that a rule compares, by instrument. */
const valuesOf = async (query: Query): Promise<Record<string, number>> => {
  const { rows } = await answerTo(query)
  return Object.fromEntries(
    rows.map(({ instrument, ...rest }) => [String(instrument ?? 'all'), Number(Object.values(rest)[0])])
  )
}

/** Whose trouble a rule tells of. */
const concerned = ({ text }: Query): readonly string[] => {
  if (!text.includes('as instrument')) return ['all']
  return text.includes('gaps') ? ['binance:BTC/USDT', 'binance:ETH/USDT'] : ['binance:BTC/USDT']
}

const limitOf = ({ rule }: Query): number =>
  rule?.data.flatMap(({ model }) => model.conditions ?? [])[0]?.evaluator.params[0] ?? Number.NaN

beforeAll(async () => {
  database = await openDatabase('reader')
  reader = await database.connectReader()
})

afterAll(async () => {
  await reader.end()
  await database.drop()
})

describe('the SQL queries, asked as the role of Grafana', () => {
  test('are those of the dashboards and of the rules', () => {
    expect(sqlQueries.length).toBeGreaterThan(20)
    expect(ofRules).toHaveLength(4)
  })

  test.each(named)('%s: tables and columns are those of the migrations', async (_where, { text }) => {
    await reader.query(`explain ${expandSql(text)}`)
  })

  test('a column that does not exist is found', async () => {
    await expect(reader.query(`explain ${expandSql('select price from candles')}`)).rejects.toThrow('price')
  })

  test('a macro that is not known is found', () => {
    expect(() => expandSql('select $__timeTo()')).toThrow('$__timeTo is not expanded')
  })

  test.each(ofPanels)('%s: columns that the panel names are there', async (_where, { text }, panel) => {
    const columns = (await reader.query(expandSql(text))).fields.map(({ name }) => name)
    expect(columns).toEqual(expect.arrayContaining(Object.values(panel.options.fields ?? {})))
    if (columns.includes('metric')) return expect(columns).toEqual(['time', 'metric', expect.any(String)])
    expect(columns).toEqual(expect.arrayContaining(panel.fieldConfig.overrides.map(({ matcher }) => matcher.options)))
    expect(columns[0] === 'time').toBe(['timeseries', 'candlestick'].includes(panel.type))
  })
})

describe('on an installation where all is well', () => {
  beforeAll(() => database.owner.query(HEALTHY))

  test.each(named.filter(([, { text }]) => !TELLS_OF_TROUBLE.test(text)))(
    '%s: there is something to see',
    async (_where, query) => {
      expect((await answerTo(query)).rowCount).toBeGreaterThan(0)
    }
  )

  test.each(named.filter(([, { text, panel }]) => panel !== null && TELLS_OF_TROUBLE.test(text)))(
    '%s: something is there, or the panel says that there was no trouble',
    async (_where, query) => {
      const { rowCount } = await answerTo(query)
      expect(rowCount || query.panel?.fieldConfig.defaults.noValue).toEqual(rowCount || expect.stringMatching(/^No /))
    }
  )

  test.each(ofRules.map(query => [query.where, query] as const))('%s: is silent', async (_where, query) => {
    const values = Object.values(await valuesOf(query))
    expect(values.length).toBeGreaterThan(0)
    expect(Math.max(...values)).toBeLessThanOrEqual(limitOf(query))
  })
})

describe('on an installation in trouble', () => {
  beforeAll(async () => {
    await database.owner.query('truncate instruments, candles, kpis, kafka_offsets, gaps')
    await database.owner.query(HEALTHY)
    await database.owner.query(TROUBLE)
  })

  test.each(named)('%s: there is something to see', async (_where, query) => {
    expect((await answerTo(query)).rowCount).toBeGreaterThan(0)
  })

  test.each(ofRules.map(query => [query.where, query] as const))(
    '%s: fires, and for the instruments that are concerned alone',
    async (_where, query) => {
      const firing = Object.entries(await valuesOf(query)).filter(([, value]) => value > limitOf(query))
      expect(firing.map(([name]) => name).sort()).toEqual(concerned(query))
    }
  )

  test('an instrument that has been silent for a day is taken for removed', async () => {
    await database.owner.query(
      "delete from candles where symbol = 'BTC/USDT' and close_time > now() - interval '1 day'"
    )
    const ages = ofRules.filter(({ text }) => text.includes('newest.close_time'))
    for (const query of ages) expect(Object.keys(await valuesOf(query))).toEqual(['binance:ETH/USDT'])
    expect(ages).toHaveLength(1)
  })
})
