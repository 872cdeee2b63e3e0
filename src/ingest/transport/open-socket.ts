import { WebSocket } from 'ws'

/** One WebSocket as ingest drives it. */
export type Socket = {
  readonly send: (text: string) => void
  readonly ping: () => void
  /** Stops reading, so that the sender is slowed down. */
  readonly pause: () => void
  readonly resume: () => void
  /** Ends at once; `onClose` follows. */
  readonly terminate: () => void
}

/** What a socket tells. `onClose` comes exactly once, also when it never opened; `reason` is the peer's or the error's. */
export type SocketEvents = {
  readonly onOpen: () => void
  readonly onFrame: (bytes: Buffer, isBinary: boolean) => void
  readonly onPong: () => void
  readonly onClose: (code: number, reason: string) => void
}

export type OpenSocket = (url: string, events: SocketEvents) => Socket

const MAX_FRAME_BYTES = 32 * 1024 * 1024
const HANDSHAKE_MS = 10_000

const bytesOf = (data: Buffer | ArrayBuffer | Buffer[]): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)

/** Text that is no UTF-8 is let through: it becomes a dead letter, not a broken connection. */
export const openSocket: OpenSocket = (url, events) => {
  const ws = new WebSocket(url, {
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    skipUTF8Validation: true,
    handshakeTimeout: HANDSHAKE_MS
  })
  const ifOpen = (act: () => void) => () => {
    if (ws.readyState === ws.OPEN) act()
  }
  let failure = ''
  ws.on('open', events.onOpen)
  ws.on('message', (data, isBinary) => events.onFrame(bytesOf(data), isBinary))
  ws.on('pong', events.onPong)
  ws.on('error', error => {
    failure = error.message
  })
  ws.on('close', (code, reason) => events.onClose(code, reason.toString() || failure))
  return {
    send: text => ifOpen(() => ws.send(text))(),
    ping: ifOpen(() => ws.ping()),
    pause: ifOpen(() => ws.pause()),
    resume: ifOpen(() => ws.resume()),
    terminate: () => ws.terminate()
  }
}
