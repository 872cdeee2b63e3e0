import { lineWriter } from '../replay/run/line-writer.ts'

/** Writes objects as JSON, one a line, in portions; waits for a slow reader. */
export type JsonLines = {
  /** False when the reader has gone away, for example `head` after its lines. */
  readonly write: (value: unknown) => Promise<boolean>
  readonly end: () => Promise<void>
}

const CHUNK = 1 << 16

/** JSON lines to stdout. */
export const jsonLines = (): JsonLines => {
  const { write: send, gone } = lineWriter(process.stdout)
  let text = ''
  const flush = async (): Promise<void> => {
    const chunk = text
    text = ''
    if (chunk !== '') await send(chunk)
  }
  const write = async (value: unknown): Promise<boolean> => {
    text += `${JSON.stringify(value)}\n`
    if (text.length > CHUNK) await flush()
    return !gone.aborted
  }
  return { write, end: flush }
}
