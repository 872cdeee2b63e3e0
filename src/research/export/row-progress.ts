import type { Clock } from '../../runtime/clock.ts'

/** Says how many rows are through and how fast: a line that renews itself on a terminal, one line at the end. */
export type RowProgress = { readonly add: (rows: number) => void; readonly end: (isWhole: boolean) => void }

const EVERY_MS = 500

/** Tells nothing before the end where there is no terminal. */
export const createRowProgress = (clock: Clock, isTerminal: boolean, print: (text: string) => void): RowProgress => {
  const startedMs = clock.monotonicMs()
  let done = 0
  let shownMs = startedMs
  const line = (): string => {
    const seconds = (clock.monotonicMs() - startedMs) / 1_000
    return `${done} rows, ${Math.round(done / Math.max(seconds, 0.001))}/s`
  }
  const erase = isTerminal ? '\r\u001b[K' : ''
  return {
    add: rows => {
      done += rows
      if (!isTerminal || clock.monotonicMs() - shownMs < EVERY_MS) return
      shownMs = clock.monotonicMs()
      print(`${erase}${line()}`)
    },
    end: isWhole => print(`${erase}${line()}${isWhole ? '' : ', stopped early'}\n`)
  }
}
