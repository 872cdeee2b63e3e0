import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A log on disk that never grows without end. */
export type RollingFile = { readonly append: (text: string) => void; readonly close: () => void }

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
