import { lineWriter } from '../replay/run/line-writer.ts'

/** Writes objects as JSON, one a line, in portions; waits for a slow reader. */
export type JsonLines = {
  /** False when the reader has gone away, for example `head` after its lines. */
  readonly put: (value: unknown) => Promise<boolean>
  readonly end: () => Promise<void>
}

const PORTION = 1 << 16

/** JSON lines to stdout. */
export const jsonLines = (): JsonLines => {
  const { write, gone } = lineWriter(process.stdout)
  let text = ''
  const flush = async (): Promise<void> => {
    const portion = text
    text = ''
    if (portion !== '') await write(portion)
  }
  const put = async (value: unknown): Promise<boolean> => {
    text += `${JSON.stringify(value)}\n`
    if (text.length > PORTION) await flush()
    return !gone.aborted
  }
  return { put, end: flush }
}
