import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { explainError } from '../../src/sink/postgres/explain-error.ts'

const said = (code: string): pg.DatabaseError =>
  Object.assign(new pg.DatabaseError('the words of the database', 25, 'error'), { code })

describe('what an error of the database means', () => {
  test.each(['22003', '22P02', '22021', '23502', '23505', '54000'])('%s is bad data', code => {
    expect(explainError(said(code))).toMatchObject({ code: 'data', retryable: false })
  })

  test.each(['53300', '57P01', '57P03', '57014', '40001', '40P01', '08006', '25006', 'XX000'])('%s passes', code => {
    expect(explainError(said(code))).toMatchObject({ code: 'environment', retryable: true })
  })

  test.each([
    ['42P01', 'tickstream migrate'],
    ['42703', 'tickstream migrate'],
    ['28P01', 'POSTGRES_URL'],
    ['3D000', 'POSTGRES_URL'],
    ['42601', '42601']
  ])('%s is for someone to mend: %s', (code, advice) => {
    expect(explainError(said(code))).toMatchObject({ code: 'environment', retryable: false })
    expect(explainError(said(code)).message).toContain(advice)
  })

  test.each(['EPIPE', 'ECONNREFUSED', 'ETIMEDOUT'])('%s is the way to the database, and passes', code => {
    expect(explainError(Object.assign(new Error('connect'), { code }))).toMatchObject({ retryable: true })
  })
})
