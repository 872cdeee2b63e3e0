import { closeSync, existsSync, fstatSync, openSync, readSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** A line of a stack: it says where, never what. */
const STACK = /^\s+at |^\s+\.\.\. \d+ more/
const KEPT_LINES = 3
const MAX_SHOWN = 600
const MAX_READ = 256 << 10
/** With less than that on its disk no server of ours comes up. */
const MIN_FREE = 1 << 20

/** Known causes, by a pattern of the output. */
const CAUSES: readonly (readonly [said: RegExp, means: string])[] = [
  [/no space left on device|ENOSPC|disk quota exceeded/i, 'the disk is full'],
  [/read-only file system|EROFS/i, 'the file system can only be read'],
  [/address already in use|EADDRINUSE/i, 'another program has its port'],
  [/cannot allocate memory|insufficient memory|OutOfMemoryError/i, 'there is not enough memory']
]

/** How long a log is now, so that what is added to it can be told apart. */
export const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0)

/** What was added to a log from `since` on, or the end of that. */
export const addedTo = (path: string, since = 0): string => {
  if (!existsSync(path)) return ''
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const from = Math.max(size < since ? 0 : since, size - MAX_READ)
    const bytes = Buffer.alloc(size - from)
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, from))
  } finally {
    closeSync(file)
  }
}

const fullDisk = (folder: string): string | null => {
  if (!existsSync(folder)) return fullDisk(dirname(folder))
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize < MIN_FREE ? `the disk of ${folder} is full` : null
}

/** Why a program ended, in one line: by the end of its output, and by the disk of `folder`, where output may be lost too. */
export const whyItEnded = (output: string, folder: string): string => {
  const lines = output
    .split('\n')
    .filter(line => line.trim() !== '' && !STACK.test(line))
    .map(line => line.trim())
  const telling = CAUSES.map(([pattern, means]) => {
    const line = lines.findLast(one => pattern.test(one))
    return line === undefined ? null : `${means}: ${line}`
  }).find(found => found !== null)
  if (telling) return telling.slice(0, MAX_SHOWN)
  return fullDisk(folder) ?? (lines.slice(-KEPT_LINES).join(' | ').slice(-MAX_SHOWN) || 'it said nothing')
}
