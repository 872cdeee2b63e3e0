import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { processCommand } from './process-command.ts'

/** One file a port, with the process that listens there, or is about to have someone listen there. */
const FOLDER = join(tmpdir(), `tickstream-ports-${userInfo().username}`)
/** What this process uses its ports for. */
const mine = new Map<number, string>()

/**
 * Takes a port for one use of this process until it ends; false when another use or another `up` has it. Between
 * choosing a port and listening on it lies the start of a server, so two that start at once would choose the same.
 */
export const claimPort = (port: number, use: string): boolean => {
  if (mine.has(port)) return mine.get(port) === use
  if (!write(port) && (isHeld(port) || !write(port))) return false
  if (mine.size === 0) process.once('exit', releaseAll)
  mine.set(port, use)
  return true
}

/** Gives a port back. */
export const releasePort = (port: number): void => {
  if (mine.delete(port)) rmSync(claim(port), { force: true })
}

const releaseAll = (): void => {
  for (const port of mine.keys()) releasePort(port)
}

const claim = (port: number): string => join(FOLDER, String(port))

/** False when there is a claim. A folder that cannot be written hinders nobody: then nothing is claimed. */
const write = (port: number): boolean => {
  try {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(claim(port), String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    return !(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST')
  }
}

/** A claim whose process has gone, or is another program by now, is removed. */
const isHeld = (port: number): boolean => {
  if (processCommand(holderOf(port))?.includes('tickstream')) return true
  rmSync(claim(port), { force: true })
  return false
}

const holderOf = (port: number): number => {
  try {
    return Number(readFileSync(claim(port), 'utf8')) || NOBODY
  } catch {
    return NOBODY
  }
}

/** Above every process id. */
const NOBODY = 2 ** 31 - 1
