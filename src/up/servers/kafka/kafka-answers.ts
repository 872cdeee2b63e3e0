import { connect } from 'node:net'

/** Metadata, version 2, of no topic; correlation 1, no client id: every broker answers it without a login, and says which cluster it is of. */
const METADATA = Buffer.from([0, 0, 0, 14, 0, 3, 0, 2, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0])
const ANSWER_WITHIN_MS = 2_000
const MAX_BYTES = 64 << 10

/** The id in an answer of the protocol (https://kafka.apache.org/protocol#The_Messages_Metadata); null when it is none, or no broker is listed yet. */
const clusterIn = (bytes: Buffer): string | null => {
  let at = 4
  const skip = (length: number): number => {
    at += length
    return at - length
  }
  const text = (): string | null => {
    const length = bytes.readInt16BE(skip(2))
    return length < 0 ? null : bytes.toString('utf8', skip(length), at)
  }
  if (bytes.readInt32BE(skip(4)) !== 1) return null
  const brokers = bytes.readInt32BE(skip(4))
  for (let n = 0; n < brokers; n++) {
    skip(4)
    text()
    skip(4)
    text()
  }
  return brokers > 0 ? text() : null
}

const safely = (bytes: Buffer): string | null => {
  try {
    return clusterIn(bytes)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** The id of the cluster whose broker answers at this port of loopback, which it does only once it serves; null when there is none. */
export const clusterAt = (port: number): Promise<string | null> =>
  new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port, timeout: ANSWER_WITHIN_MS })
    let bytes: Buffer = Buffer.alloc(0)
    const settle = (answer: string | null): void => {
      resolve(answer)
      socket.destroy()
    }
    socket.once('connect', () => socket.write(METADATA))
    socket.on('data', (part: Buffer) => {
      bytes = Buffer.concat([bytes, part])
      const isWhole = bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)
      if (isWhole || bytes.length > MAX_BYTES) settle(safely(bytes))
    })
    for (const event of ['error', 'timeout', 'close'] as const) socket.once(event, () => settle(null))
  })
