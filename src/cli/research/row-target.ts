import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { lineWriter } from '../../replay/line-writer.ts'

/** Where an export goes. */
export type RowTarget = {
  readonly write: (part: string | Uint8Array) => Promise<void>
  /** Raised when the reader has gone away. */
  readonly gone: AbortSignal
  /** A file appears under its name when it is whole; otherwise nothing is left of it. */
  readonly close: (isWhole: boolean) => Promise<void>
}

const toStdout = (): RowTarget => ({ ...lineWriter(process.stdout), close: async () => undefined })

const toFile = (path: string): RowTarget => {
  const part = `${path}.part`
  const file = createWriteStream(part)
  const close = async (isWhole: boolean): Promise<void> => {
    file.end()
    await finished(file).catch(error => {
      if (isWhole) throw error
    })
    await (isWhole ? rename(part, path) : rm(part, { force: true }))
  }
  return { ...lineWriter(file), close }
}

/** A file, or stdout for null. */
export const openTarget = (path: string | null): RowTarget => (path === null ? toStdout() : toFile(path))
