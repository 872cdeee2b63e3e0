import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import type { Delivered, Market } from '../market/market.ts'
import type { SocketServer } from './socket-server.ts'
import type { Surroundings } from './venue.ts'

/** What a front shows, and what it tells of its clients. */
export type FrontContext = {
  readonly market: Market
  readonly surroundings: Surroundings
  readonly clock: Clock
  readonly log: Logger
  /** While it is, no request is answered well. */
  readonly restIsDown: () => boolean
  /** Called after every new subscription. */
  readonly onSubscribed: () => void
  /** Called after every new connection. */
  readonly onConnected: () => void
}

/** How a simulated exchange meets its clients: the sockets and the REST interface of one protocol. */
export type Front = {
  readonly sockets: SocketServer
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Sends what happened, as the faults left it. */
  readonly deliver: (happened: readonly Delivered[]) => void
  /** Sends what is due by the time alone. */
  readonly onTime: () => void
  /** True once the trades of every symbol have a listener. */
  readonly hasSubscribers: () => boolean
}

export type OpenFront = (context: FrontContext) => Front
