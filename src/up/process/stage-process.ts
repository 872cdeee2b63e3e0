import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Clock } from '../../runtime/clock.ts'
import { type Environment, environment } from '../../runtime/config/environment.ts'
import { STAGE_FLAGS } from '../../runtime/heap.ts'
import { within } from '../../runtime/within.ts'
import type { Exit, Running } from './supervise.ts'

/** A log on disk that never grows without end. */
type RollingFile = { readonly append: (text: string) => void; readonly close: () => void }

/** Appends to `path`; from `mostBytes` on that becomes `path.1`, in place of the one before. */
export const rollingFile = (path: string, mostBytes = 10 << 20): RollingFile => {
  mkdirSync(dirname(path), { recursive: true })
  let file = openSync(path, 'a')
  let size = statSync(path).size
  const append = (text: string): void => {
    if (size > mostBytes) {
      closeSync(file)
      renameSync(path, `${path}.1`)
      file = openSync(path, 'a')
      size = 0
    }
    size += writeSync(file, text)
  }
  return { append, close: () => closeSync(file) }
}

/** A command of this program as a process of its own. */
export type StagePlan = {
  /** As typed: `sink postgres`. */
  readonly command: readonly string[]
  /** The program's own file. */
  readonly program: string
  /** Over the variables of this process. */
  readonly env: Environment
  readonly logPath: string
  readonly clock: Clock
  /** Tells the user what the process wants an operator to know. */
  readonly print: (line: string) => void
  /** Hears every line that it writes to its output, which is for programs; its log is on stderr. */
  readonly onOutput?: (line: string) => void
}

const STOP_WITHIN_MS = 20_000
const WARN = 40
/** A line of a stack; the log has it. */
const STACK = /^\s+at |^Caused by:/

/**
 * Starts a stage in a process group of its own (Ctrl-C is not for it: it is stopped in its turn), tied to this one by a channel:
 * it stops by itself when this process dies. Its log goes to a file; warnings and errors are told as well.
 */
export const startStage = (plan: StagePlan): Running => {
  const child = spawn(process.execPath, [...STAGE_FLAGS, plan.program, ...plan.command], {
    env: { ...environment(), ...plan.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc']
  })
  const log = rollingFile(plan.logPath)
  const reportOnce = oncePerInterval(plan)
  const append = (line: string): void => {
    try {
      log.append(`${line}\n`)
    } catch (error) {
      reportOnce(`its log cannot be written: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  let lastMessage = ''
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    createInterface({ input: stream }).on('line', line => {
      append(line)
      lastMessage = noteworthy(line) ?? lastMessage
      reportOnce(noteworthy(line))
      if (stream === child.stdout) plan.onOutput?.(line)
    })
  }
  const ended = new Promise<Exit>(resolve => {
    child.once('error', cause => resolve({ code: null, lastMessage: cause.message }))
    child.once('close', (code, signal) => resolve({ code, lastMessage: signal ? `killed by ${signal}` : lastMessage }))
  }).finally(log.close)
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    if (await within(STOP_WITHIN_MS, ended, plan.clock)) return
    plan.print(`has not ended within ${STOP_WITHIN_MS / 1000} s; it is killed`)
    child.kill('SIGKILL')
    await ended
  }
  return { ended, stop }
}

/** What an operator should see of a line: a warning or an error of the log, or words that are no JSON at all. */
const noteworthy = (line: string): string | null => {
  const entry = parseEntry(line)
  if (!entry) return STACK.test(line) ? null : line.trim() || null
  if (!(entry.level >= WARN)) return null
  return entry.detail ? `${entry.msg} (${entry.detail})` : entry.msg
}

type Entry = { readonly level: number; readonly msg: string; readonly detail: string }

const parseEntry = (line: string): Entry | null => {
  if (!line.startsWith('{')) return null
  try {
    const { level, msg, err } = JSON.parse(line) as Record<string, unknown>
    const detail = err && typeof err === 'object' && 'message' in err ? String(err.message) : ''
    return { level: Number(level), msg: String(msg ?? ''), detail }
  } catch {
    return null
  }
}

const REPEAT_AFTER_MS = 10_000

/** Prints a line once in ten seconds, so that a stage that retries does not fill the screen. */
const oncePerInterval = ({ clock, print }: StagePlan): ((line: string | null) => void) => {
  const reportedAt = new Map<string, number>()
  return line => {
    if (line === null) return
    const now = clock.monotonicMs()
    const before = reportedAt.get(line)
    if (before !== undefined && now - before < REPEAT_AFTER_MS) return
    if (reportedAt.size > 100) reportedAt.clear()
    reportedAt.set(line, now)
    print(line)
  }
}
