import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { TickstreamError } from '../../market/error.ts'
import { within } from '../../runtime/within.ts'
import { awaitReady, QUIET_MS } from './await-ready.ts'
import type { Host } from './host.ts'
import { poll } from './poll.ts'
import { processCommand } from './process-command.ts'
import type { Exit, Running } from './supervise.ts'
import { addedTo, sizeOf, whyItEnded } from './why-it-ended.ts'

/** A program that serves on this machine, and how to tell that it does. */
export type ServerPlan = {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** A part of the command line that no other process has: the server's own folder. */
  readonly mark: string
  readonly logPath: string
  /** Where it writes why it ended, when that is not its output. */
  readonly outputPath?: string
  readonly pidPath: string
  /** Who runs it, where that is not the user of this process. */
  readonly as?: { readonly uid: number; readonly gid: number }
  /** Asks for a clean end. */
  readonly stopBy: NodeJS.Signals
  /** Throws when there is no use in waiting. */
  readonly ready: () => Promise<boolean>
}

/** What tells that a server of an earlier run still runs. */
export type Leftover = Pick<ServerPlan, 'name' | 'mark' | 'pidPath' | 'stopBy'>

const STOP_WITHIN_MS = 30_000

/**
 * Starts a server in a process group of its own, so that Ctrl-C does not reach it before those who still write to it.
 * Throws `TS-SETUP` with the end of the log when it does not come up.
 */
export const startServer = async (plan: ServerPlan, host: Host): Promise<Running> => {
  const server = launch(plan, host)
  const output = (): string => addedTo(plan.outputPath ?? plan.logPath)
  const outcome = await awaitReady(server, { name: plan.name, ready: plan.ready, output }, host)
  if (outcome === 'ready') return server
  const { lastMessage } = await server.ended
  const why =
    outcome === 'ended' ? lastMessage : `it does not answer, and has said nothing new for ${QUIET_MS / 60_000} min`
  throw new TickstreamError('TS-SETUP', `${plan.name} does not come up: ${why} (see ${plan.logPath})`)
}

/** What it has written since it was started, in all of its files. */
const captureOutput = ({ logPath, outputPath }: ServerPlan): (() => string) => {
  const paths = [logPath, ...(outputPath ? [outputPath] : [])]
  const sizes = paths.map(sizeOf)
  return () => paths.map((path, n) => addedTo(path, sizes[n])).join('\n')
}

const launch = (plan: ServerPlan, host: Host): Running => {
  for (const path of [plan.logPath, plan.pidPath]) mkdirSync(dirname(path), { recursive: true })
  const output = captureOutput(plan)
  const log = openSync(plan.logPath, 'a')
  const [file, ...args] = plan.command
  const child = spawn(file, args, { cwd: '/', detached: true, stdio: ['ignore', log, log], ...plan.as })
  closeSync(log)
  const endWithUs = (): void => void child.kill(plan.stopBy)
  process.once('exit', endWithUs)
  const ended = new Promise<Exit>(resolve => {
    child.once('exit', (code, by) =>
      resolve({ code, lastMessage: by ? `killed by ${by}` : whyItEnded(output(), host.dataDir) })
    )
    child.once('error', cause => resolve({ code: null, lastMessage: cause.message }))
  }).finally(() => {
    process.off('exit', endWithUs)
    rmSync(plan.pidPath, { force: true })
  })
  if (child.pid !== undefined) writeFileSync(plan.pidPath, String(child.pid))
  const stop = async (): Promise<void> => {
    child.kill(plan.stopBy)
    if (await within(STOP_WITHIN_MS, ended, host.clock)) return
    host.print(`${plan.name} has not ended within ${STOP_WITHIN_MS / 1000} s; it is killed`)
    child.kill('SIGKILL')
    await ended
  }
  return { ended, stop }
}

/** Ends a server that a killed `up` left behind, before its port and its data are taken again. */
export const endLeftover = async (plan: Leftover, host: Host): Promise<void> => {
  const pid = leftoverPid(plan)
  if (pid === null) return
  host.print(`${plan.name} still runs from a session that was killed (process ${pid}); ending it first`)
  process.kill(pid, plan.stopBy)
  const gone = () => !processCommand(pid)?.includes(plan.mark)
  if (await poll(gone, host.clock, { everyMs: 100, withinMs: STOP_WITHIN_MS, signal: host.signal })) return
  process.kill(pid, 'SIGKILL')
  await poll(gone, host.clock, { everyMs: 100, withinMs: STOP_WITHIN_MS, signal: host.signal })
}

const leftoverPid = (plan: Leftover): number | null => {
  try {
    const pid = Number(readFileSync(plan.pidPath, 'utf8'))
    return Number.isInteger(pid) && pid > 1 && processCommand(pid)?.includes(plan.mark) ? pid : null
  } catch {
    return null
  }
}
