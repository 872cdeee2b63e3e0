import type { Clock } from '../clock.ts'

/** Says how much of a known amount is done: a line that renews itself on a terminal, a plain line now and then otherwise. */
export type ShareProgress = {
  readonly done: (amount: number) => void
  /** Ends the line. */
  readonly end: () => void
}

const TERMINAL_EVERY_MS = 500
const PLAIN_EVERY_MS = 10_000

const left = (seconds: number): string =>
  seconds >= 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s left` : `${seconds} s left`

/** `what` is counted: trades, windows. */
export const createShareProgress = (
  total: number,
  what: string,
  clock: Clock,
  isTerminal: boolean,
  print: (text: string) => void
): ShareProgress => {
  const startedMs = clock.monotonicMs()
  let sum = 0
  let shownMs = startedMs
  const line = (): string => {
    const seconds = Math.max((clock.monotonicMs() - startedMs) / 1_000, 0.001)
    const share = total === 0 ? 100 : Math.floor((Math.min(sum, total) / total) * 100)
    const rest = Math.ceil((Math.max(total - sum, 0) / Math.max(sum, 1)) * seconds)
    return `${share} %  ${sum} of ${total} ${what}  ${Math.round(sum / seconds)}/s  ${left(rest)}`
  }
  const everyMs = isTerminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS
  return {
    done: amount => {
      sum += amount
      if (clock.monotonicMs() - shownMs < everyMs) return
      shownMs = clock.monotonicMs()
      print(isTerminal ? `\r\u001b[K${line()}` : `${line()}\n`)
    },
    end: () => {
      if (isTerminal) print('\r\u001b[K')
    }
  }
}
