import pg from 'pg'
import type { FaultInjector } from '../world/injector.ts'
import type { SimulatedProcess } from '../world/simulated-process.ts'
import type { Database, Session } from './database.ts'
import type { Result } from './tables.ts'

/** Without a code: it was the way to the database, not the database. */
const brokenOff = (): Error => new Error('Connection terminated unexpectedly')

/** What a server says that takes no writes any more. */
const readOnly = (): Error =>
  Object.assign(new pg.DatabaseError('cannot execute INSERT in a read-only transaction', 60, 'error'), {
    code: '25006',
    severity: 'ERROR'
  })

/** One connection, which a pool keeps until somebody throws it away. */
type Connection = { session: Session | null; isUsed: boolean; isDemoted: boolean; isBroken: boolean }

const NOTHING: Result = { rows: [], rowCount: 0 }

const isWrite = (sql: string): boolean => /^(insert|update|delete)/.test(sql)

type Ask = <T>(serve: (answer: (result: T) => void, refuse: (error: Error) => void) => void) => Promise<T>

const asking =
  (life: SimulatedProcess, injector: FaultInjector): Ask =>
  serve =>
    life.request((answer, refuse) => {
      if (injector.strikes('database away')) return refuse(new Error('connect ECONNREFUSED'))
      try {
        serve(answer, refuse)
      } catch (error) {
        refuse(error as Error)
      }
    })

const sessionOf = ({ session }: Connection): Session => {
  if (!session) throw brokenOff()
  return session
}

const queryOn = (of: Connection, ask: Ask, database: Database, injector: FaultInjector) => {
  const breakOff = (): never => {
    of.session?.rollback()
    of.session = null
    of.isBroken = true
    throw brokenOff()
  }
  /** The server behind a connection became a standby; whoever connects anew reaches the one that was promoted. */
  const refuseWrites = (sql: string): void => {
    if (!isWrite(sql)) return
    if (of.isUsed && injector.strikes('database demoted')) of.isDemoted = true
    if (of.isDemoted) throw readOnly()
  }
  const end = (how: 'commit' | 'rollback'): void => {
    of.session?.[how]()
    of.session = null
    of.isUsed = true
    if (how === 'commit' && injector.strikes('database answer lost')) breakOff()
  }
  return (sql: string, params: readonly unknown[] = []): Promise<Result> =>
    ask((answer, refuse) => {
      if (of.isBroken) throw brokenOff()
      if (sql.startsWith('begin')) {
        of.session = database.begin()
        return answer(NOTHING)
      }
      if (injector.strikes('database breaks off')) breakOff()
      if (sql === 'commit' || sql === 'rollback') {
        end(sql)
        return answer(NOTHING)
      }
      const session = sessionOf(of)
      refuseWrites(sql)
      session.run(sql, params, answer, refuse)
    })
}

/** A connection pool of one process, with as much of pg's surface as the sink uses. */
export const createPoolClient = (life: SimulatedProcess, database: Database, injector: FaultInjector): pg.Pool => {
  const ask = asking(life, injector)
  const idle: Connection[] = []
  const open = async (): Promise<Connection> => {
    await ask<void>(answer => answer(undefined))
    return { session: null, isUsed: false, isDemoted: false, isBroken: false }
  }
  const connect = async () => {
    const of = idle.pop() ?? (await open())
    /** A connection that is thrown away takes its transaction with it. */
    const release = (error?: Error): void => {
      if (error || of.isBroken) life.act(() => of.session?.rollback())
      else idle.push(of)
    }
    return { query: queryOn(of, ask, database, injector), release, on: () => undefined }
  }
  const pool = { connect, end: async () => undefined }
  return pool as unknown as pg.Pool
}
