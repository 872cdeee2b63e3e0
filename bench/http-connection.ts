import { once } from 'node:events'
import { connect } from 'node:net'

/** A connection that is kept and asks one thing at a time. */
export type HttpConnection = {
  /** The status, when the last byte of the answer is there. */
  readonly get: (path: string) => Promise<number>
  readonly close: () => void
}

const HEAD_END = '\r\n\r\n'
const BUFFER = 256 << 10

/** Bytes after the head that are still to come; undefined while the head is not whole. */
const bodyLeft = (text: string): number | undefined => {
  const end = text.indexOf(HEAD_END)
  if (end < 0) return undefined
  return Number(/content-length: (\d+)/i.exec(text)?.[1]) - (text.length - end - HEAD_END.length)
}

/** Reads answers and keeps nothing of them: node's own client takes longer over 200 kB than a gateway does. */
export const openConnection = async (url: string, encoding: string): Promise<HttpConnection> => {
  const { hostname, port, host } = new URL(url)
  let [head, status, left] = ['', 0, 0]
  let answered: (status: number) => void = () => undefined
  const take = (size: number, bytes: Uint8Array): boolean => {
    if (status > 0) left -= size
    else {
      head += Buffer.from(bytes.buffer, bytes.byteOffset, size).toString('latin1')
      const of = bodyLeft(head)
      if (of === undefined) return true
      status = Number(head.slice(9, 12))
      left = of
    }
    if (left === 0) answered(status)
    return true
  }
  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    onread: { buffer: Buffer.alloc(BUFFER), callback: take }
  })
  await once(socket, 'connect')
  socket.on('close', () => answered(0))
  return {
    get: path => {
      head = ''
      status = 0
      const answer = new Promise<number>(resolve => {
        answered = resolve
      })
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\naccept-encoding: ${encoding}\r\n\r\n`)
      return answer
    },
    close: () => socket.destroy()
  }
}
