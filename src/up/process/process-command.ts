import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The command line of a running process, or null when there is none with this id. */
export const processCommand = (pid: number): string | null => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM')) return null
  }
  return fromProc(pid) ?? fromPs(pid)
}

const fromProc = (pid: number): string | null => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null
  } catch {
    return null
  }
}

const fromPs = (pid: number): string | null => {
  try {
    return (
      execFileSync('ps', ['-p', String(pid), '-o', 'args='], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore']
      }).trim() || null
    )
  } catch {
    return null
  }
}
