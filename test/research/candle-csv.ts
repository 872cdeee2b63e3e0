import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

export const START = 1_723_161_600_000
export const MINUTE = 60_000

/** The columns that every file of candles has. */
export const HEADER = 'openTime,open,high,low,close,volume'

/** Candles one minute after the other that do nothing but close. */
export const ofCloses = (closes: readonly number[]): string =>
  [HEADER, ...closes.map((close, n) => `${START + n * MINUTE},${close},${close},${close},${close},1`)].join('\n')

/** A folder for the files of a test; `remove` when done. */
export const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'tickstream-research-'))
  return {
    write: (name: string, text: string): string => {
      const file = join(path, name)
      writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text)
      return file
    },
    at: (name: string): string => join(path, name),
    remove: (): void => rmSync(path, { recursive: true })
  }
}

/** What a command printed, a JSON a line. */
export const jsonLinesOf = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
