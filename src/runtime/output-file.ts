import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TickstreamError } from '../market/error.ts'

const reasonOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? `${cause.code}` : cause instanceof Error ? cause.message : String(cause)

/** What cannot be written to, and what to do. */
export const refusedFile = (path: string, cause: unknown): TickstreamError =>
  new TickstreamError('TS-SETUP', `${path} cannot be written (${reasonOf(cause)}); name a file that can be`, {
    cause
  })

/** Makes the folder that a file is to stand in; before the work, so that nothing is computed that cannot be kept. */
export const makeRoom = async (path: string): Promise<void> => {
  try {
    await mkdir(dirname(path), { recursive: true })
  } catch (cause) {
    throw refusedFile(path, cause)
  }
  const there = await stat(path).catch(() => null)
  if (there?.isDirectory()) throw new TickstreamError('TS-CONFIG', `${path} is a folder; name a file in it`)
}
