import type { Timeline } from '../world/timeline.ts'
import { changesOver, createTables, type Result, runStatement, type Tables } from './tables.ts'

/** One transaction: its statements are seen by nobody else until it is committed. */
export type Session = {
  /** Runs a statement; one that writes when those before it have ended that write as well. */
  readonly run: (
    sql: string,
    params: readonly unknown[],
    then: (result: Result) => void,
    fail: (error: Error) => void
  ) => void
  readonly commit: () => void
  readonly rollback: () => void
}

/** A PostgreSQL in memory: one transaction writes at a time, and one that its owner forgot is ended. It outlives every process. */
export type Database = {
  readonly begin: () => Session
  /** Committed rows. */
  readonly tables: () => Tables
}

const IDLE_MS = 10_000

export const createDatabase = (timeline: Timeline): Database => {
  const committed = createTables()
  let writer: object | null = null
  let queue: (() => void)[] = []
  const free = (owner: object): void => {
    if (writer !== owner) return
    writer = null
    const waiting = queue
    queue = []
    for (const go of waiting) go()
  }
  const begin = (): Session => {
    const self = {}
    const mine = changesOver(committed)
    let isOver = false
    let callOff = (): void => undefined
    const end = (): void => {
      isOver = true
      callOff()
      free(self)
    }
    const idle = (): void => {
      callOff()
      callOff = timeline.after(IDLE_MS, end)
    }
    const run: Session['run'] = (sql, params, then, fail) => {
      if (isOver) return fail(new Error('terminating connection due to idle-in-transaction timeout'))
      if (sql.startsWith('select')) return then(runStatement(mine, sql, params))
      if (writer !== null && writer !== self) return void queue.push(() => run(sql, params, then, fail))
      writer = self
      idle()
      then(runStatement(mine, sql, params))
    }
    return {
      run,
      commit: () => {
        if (isOver) throw new Error('the connection was terminated')
        mine.keep()
        end()
      },
      rollback: end
    }
  }
  return { begin, tables: () => committed }
}
