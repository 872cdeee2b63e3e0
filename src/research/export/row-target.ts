import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { lineWriter } from '../../replay/run/line-writer.ts'
import { makeRoom, refusedFile } from '../../runtime/output-file.ts'

/** Where an export goes. */
export type RowTarget = {
  readonly write: (part: string | Uint8Array) => Promise<void>
  /** Raised when the reader has gone away. */
  readonly gone: AbortSignal
  /** A file appears under its name when it is whole; otherwise nothing is left of it. */
  readonly close: (isWhole: boolean) => Promise<void>
}

const toStdout = (): RowTarget => ({ ...lineWriter(process.stdout), close: async () => undefined })

const open = async (path: string): Promise<WriteStream> => {
  const file = createWriteStream(path)
  try {
    await once(file, 'open')
    return file
  } catch (cause) {
    throw refusedFile(path, cause)
  }
}

const toFile = async (path: string): Promise<RowTarget> => {
  await makeRoom(path)
  const part = `${path}.part`
  const file = await open(part)
  const close = async (isWhole: boolean): Promise<void> => {
    file.end()
    await finished(file).catch(error => {
      if (isWhole) throw error
    })
    await (isWhole ? rename(part, path) : rm(part, { force: true }))
  }
  return { ...lineWriter(file), close }
}

/** A file, whose folder is made where it is not there, or stdout for null. Throws `TS-SETUP` for one that cannot be. */
export const openTarget = async (path: string | null): Promise<RowTarget> => (path === null ? toStdout() : toFile(path))
