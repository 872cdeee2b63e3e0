import type { Clock } from '../../runtime/clock.ts'
import type { RawFrame } from '../../runtime/frames/frame-lines.ts'
import type { OpenSocket } from '../transport/open-socket.ts'

/** Takes a frame of a connection; connections are numbered from 1. */
export type KeepFrame = (connection: number, frame: RawFrame) => void

/** Sockets whose frames are kept, in both directions, before anything is made of them. */
export const recordSockets = (openSocket: OpenSocket, clock: Pick<Clock, 'now'>, keep: KeepFrame): OpenSocket => {
  let connections = 0
  return (url, events) => {
    const connection = ++connections
    const note = (direction: RawFrame['direction'], text: string): void =>
      keep(connection, { direction, receivedAt: clock.now(), text })
    const socket = openSocket(url, {
      ...events,
      onFrame: (bytes, isBinary) => {
        note('in', bytes.toString(isBinary ? 'latin1' : 'utf8'))
        events.onFrame(bytes, isBinary)
      }
    })
    return {
      ...socket,
      send: text => {
        note('out', text)
        socket.send(text)
      }
    }
  }
}
