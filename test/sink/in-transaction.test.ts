import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { TickstreamError } from '../../src/market/error.ts'
import { readRows } from '../../src/research/read-rows.ts'
import { inTransaction } from '../../src/sink/postgres/in-transaction.ts'

const NEVER = new AbortController().signal

/** A pool whose one connection answers everything with nothing, and notes what it was asked and how it came back. */
const poolOf = () => {
  const asked: string[] = []
  const released: unknown[] = []
  const query = async (text: string | { readonly text: string }) => {
    asked.push(typeof text === 'string' ? text : text.text)
    return { rows: [], fields: [] }
  }
  const connect = async () => ({ query, release: (error?: Error) => void released.push(error) })
  return { pool: { connect } as unknown as pg.Pool, asked, released }
}

const said = (code: string) => Object.assign(new pg.DatabaseError('its words', 9, 'error'), { code, severity: 'ERROR' })

const failing = async (error: Error) => {
  const scene = poolOf()
  const outcome = inTransaction(scene.pool, () => Promise.reject(error))
  return { ...scene, error: await outcome.catch((caught: unknown) => caught) }
}

describe('a connection', () => {
  test.each(['25006', '57P01', '57P03', '08006', '57014', '40001', 'XX000', '42501'])(
    'that met %s is thrown away',
    async code => {
      const { released } = await failing(said(code))
      expect(released).toEqual([expect.any(TickstreamError)])
    }
  )

  test.each(['22003', '23502'])('that met bad values (%s) is rolled back and kept', async code => {
    const { asked, released } = await failing(said(code))
    expect(asked.at(-1)).toBe('rollback')
    expect(released).toEqual([undefined])
  })

  test('is kept when the work itself gives up, and what it threw is told as it is', async () => {
    const own = new TickstreamError('TS-SETUP', 'another owner')
    const { released, error } = await failing(own)
    expect(error).toBe(own)
    expect(released).toEqual([undefined])
  })
})

test('what the taker of rows throws is none of the database: a full disk stays a full disk', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  const take = (): Promise<void> => Promise.reject(full)
  await expect(readRows(poolOf().pool, { text: 'select 1', values: [] }, take, NEVER)).rejects.toBe(full)
})
