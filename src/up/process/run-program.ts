import { spawn } from 'node:child_process'

/** What a program said and how it ended; `code` null = it could not be started, was killed, or took too long. */
type Outcome = { readonly code: number | null; readonly output: string }

type Limits = {
  /** Killed after so long; 0 = never. */
  readonly withinMs: number
  readonly signal?: AbortSignal
  readonly onLine?: (line: string) => void
  /** Who runs it, where that is not the user of this process. */
  readonly as?: { readonly uid: number; readonly gid: number }
}

/** Runs a program to its end; never rejects. */
export const runProgram = (file: string, args: readonly string[], limits: Limits): Promise<Outcome> =>
  new Promise(resolve => {
    const parts: string[] = []
    const child = spawn(file, args, {
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limits.withinMs,
      ...limits.as,
      ...(limits.signal ? { signal: limits.signal } : {})
    })
    const onData = (text: string): void => {
      parts.push(text)
      if (limits.onLine) for (const line of text.split('\n')) limits.onLine(line)
    }
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onData)
    child.once('error', cause => resolve({ code: null, output: cause.message }))
    child.once('close', code => resolve({ code, output: parts.join('').trim() }))
  })
