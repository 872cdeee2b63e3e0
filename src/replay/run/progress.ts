import type { Clock } from '../../runtime/clock.ts'

/** Says how a replay goes: a line that renews itself on a terminal, one JSON line at the end otherwise. */
export type Progress = { readonly add: (records: number) => void; readonly end: (isWhole: boolean) => void }

const EVERY_MS = 500

const rest = (done: number, total: number, seconds: number): string => {
  const left = Math.ceil(((total - done) / Math.max(done, 1)) * seconds)
  return left >= 60 ? `${Math.floor(left / 60)} min ${left % 60} s left` : `${left} s left`
}

/** `total` counts offsets, and so marks of transactions too: it is what there is at most. */
export const createProgress = (
  total: number,
  clock: Clock,
  isTerminal: boolean,
  print: (text: string) => void
): Progress => {
  const startedMs = clock.monotonicMs()
  let done = 0
  let shownMs = startedMs
  const seconds = (): number => (clock.monotonicMs() - startedMs) / 1_000
  const rate = (): number => Math.round(done / Math.max(seconds(), 0.001))
  const show = (): void => {
    const share = total === 0 ? 100 : Math.floor((done / total) * 100)
    print(`\r\u001b[K${share} %  ${done} of ${total} records  ${rate()}/s  ${rest(done, total, seconds())}`)
  }
  return {
    add: records => {
      done += records
      if (!isTerminal || clock.monotonicMs() - shownMs < EVERY_MS) return
      shownMs = clock.monotonicMs()
      show()
    },
    end: isWhole => {
      if (isTerminal) print(`\r\u001b[K${done} records${isWhole ? '' : ', stopped early'}, ${rate()}/s\n`)
      else
        print(
          `${JSON.stringify({ replayed: done, whole: isWhole, seconds: Number(seconds().toFixed(3)), perSecond: rate() })}\n`
        )
    }
  }
}
