import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { explainError } from '../../src/sink/postgres/errors/explain-error.ts'

const said = (code: string, words = 'the words of the database', severity = 'ERROR'): pg.DatabaseError =>
  Object.assign(new pg.DatabaseError(words, 25, 'error'), { code, severity })

describe('what an error of the database means', () => {
  test.each(['22003', '22P02', '22021', '23502', '23505', '54000'])('%s is bad data', code => {
    expect(explainError(said(code))).toMatchObject({ code: 'TS-POSTGRES-REFUSED', retryable: false })
  })

  test.each(['53300', '57P01', '57P03', '57014', '40001', '40P01', '08006', '25006', '25P03', '25P04', 'XX000'])(
    '%s passes',
    code => {
      expect(explainError(said(code))).toMatchObject({ code: 'TS-POSTGRES-AWAY', retryable: true })
    }
  )

  test.each([
    ['42P01', 'tickstream migrate'],
    ['42703', 'tickstream migrate'],
    ['28P01', 'POSTGRES_URL'],
    ['3D000', 'POSTGRES_URL'],
    ['42601', '42601']
  ])('%s is for someone to mend: %s', (code, advice) => {
    expect(explainError(said(code))).toMatchObject({ code: 'TS-POSTGRES-SETUP', retryable: false })
    expect(explainError(said(code)).message).toContain(advice)
  })

  test.each(['EPIPE', 'ECONNREFUSED', 'ETIMEDOUT'])('%s is the way to the database, and passes', code => {
    expect(explainError(Object.assign(new Error('connect'), { code }))).toMatchObject({ retryable: true })
  })

  test('a refused connection says nothing of the values, whatever its code', () => {
    const refused = said('22023', 'invalid value for parameter "search_path"', 'FATAL')
    expect(explainError(refused)).toMatchObject({ code: 'TS-POSTGRES-SETUP', retryable: false })
    expect(explainError(said('54000', 'words', 'FATAL'))).toMatchObject({ code: 'TS-POSTGRES-SETUP' })
  })

  test('a partition that is missing is waited for: the rows are good', () => {
    const missing = said('23514', 'no partition of relation "candles" found for row')
    expect(explainError(missing)).toMatchObject({ code: 'TS-POSTGRES-AWAY', retryable: true })
  })

  test('a bug stays what it is, and is not waited for', () => {
    const bug = new TypeError('undefined is not a function')
    expect(explainError(bug)).toBe(bug)
  })

  test('what was explained once keeps its words, also inside those of the pool', () => {
    const first = explainError(said('57P03'), 'PostgreSQL at db:5432')
    expect(explainError(first)).toBe(first)
    expect(explainError(new Error('timeout', { cause: first }))).toBe(first)
  })
})
