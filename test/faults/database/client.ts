import type { Pool } from 'pg'
import type { Life } from '../world/life.ts'
import type { Weather } from '../world/weather.ts'
import type { Database, Session } from './database.ts'
import { type Result, runStatement } from './tables.ts'

/** Without a code: it was the way to the database, not the database. */
const brokenOff = (): Error => new Error('Connection terminated unexpectedly')

/** A connection pool of one process, with as much of pg's surface as the sink uses. */
export const createPoolClient = (life: Life, database: Database, weather: Weather): Pool => {
  const ask = <T>(serve: (answer: (result: T) => void, refuse: (error: Error) => void) => void): Promise<T> =>
    life.request((answer, refuse) => {
      if (weather.strikes('database away')) return refuse(new Error('connect ECONNREFUSED'))
      try {
        serve(answer, refuse)
      } catch (error) {
        refuse(error as Error)
      }
    })
  const connect = async () => {
    await ask<void>(answer => answer(undefined))
    let session: Session | null = null
    const breakOff = (): never => {
      session?.rollback()
      session = null
      throw brokenOff()
    }
    const query = (sql: string, params: readonly unknown[] = []): Promise<Result> =>
      ask((answer, refuse) => {
        const nothing: Result = { rows: [], rowCount: 0 }
        if (sql.startsWith('begin')) {
          session = database.begin()
          return answer(nothing)
        }
        if (weather.strikes('database breaks off')) breakOff()
        if (sql === 'commit' || sql === 'rollback') {
          session?.[sql]()
          session = null
          if (sql === 'commit' && weather.strikes('database answer lost')) breakOff()
          return answer(nothing)
        }
        if (!session) throw brokenOff()
        session.run(sql, params, answer, refuse)
      })
    /** A connection that is thrown away takes its transaction with it. */
    const release = (error?: Error): void => {
      if (error) life.act(() => session?.rollback())
    }
    return { query, release, on: () => undefined }
  }
  const pool = {
    connect,
    query: (sql: string, params: readonly unknown[]) =>
      ask<Result>(answer => answer(runStatement(database.tables(), sql, params))),
    end: async () => undefined
  }
  return pool as unknown as Pool
}
