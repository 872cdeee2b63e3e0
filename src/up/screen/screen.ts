import type { WriteStream } from 'node:tty'

/** Lines that scroll, and on a terminal a block below them that is drawn anew. */
export type Screen = {
  readonly isTerminal: boolean
  readonly columns: () => number
  /** One line for good. */
  readonly print: (line: string) => void
  /** Replaces the block; does nothing where there is no terminal. */
  readonly show: (block: readonly string[]) => void
  /** The block stays as it is and nothing is drawn over it any more. */
  readonly freeze: () => void
  /** Put before every line from now on. */
  readonly label: (text: string) => void
}

const ESC = '\u001b['

export const createScreen = (out: Pick<WriteStream, 'write' | 'isTTY' | 'columns'>): Screen => {
  let block: readonly string[] = []
  let prefix = ''
  let frozen = false
  const erase = (): string => (block.length > 0 ? `${ESC}${block.length}A${ESC}0J` : '')
  const draw = (): string => block.map(line => `${line}\n`).join('')
  return {
    isTerminal: out.isTTY === true,
    columns: () => out.columns ?? 100,
    print: line => void out.write(`${erase()}${prefix}${line}\n${draw()}`),
    show: next => {
      if (frozen || out.isTTY !== true) return
      const before = erase()
      block = next
      out.write(before + draw())
    },
    freeze: () => {
      frozen = true
      block = []
    },
    label: text => {
      prefix = text
    }
  }
}
