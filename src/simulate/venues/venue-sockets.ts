import { type Connection, createConnection } from '../exchange/connection.ts'
import type { FrontContext } from '../exchange/front.ts'
import { createSocketServer, type SocketServer } from '../exchange/socket-server.ts'
import type { Listed, Venue } from '../exchange/venue.ts'
import type { Delivered } from '../market/market.ts'
import type { Printed, VenueClient, VenueProtocol } from './venue-protocol.ts'

const SECOND = 1_000

/** prints of one moment that are sent together. A frame that is sent twice begins anew. */
const inBatches = (
  happened: readonly Delivered[],
  listedOf: (native: string) => Listed | undefined,
  send: (prints: readonly Printed[], garble: Delivered['garble']) => void
): void => {
  let batch: Printed[] = []
  let inBatch = new Set<string>()
  const flush = (): void => {
    if (batch.length > 0) send(batch, null)
    batch = []
    inBatch = new Set()
  }
  for (const { event, garble } of happened) {
    const { native } = event.feed.listing
    const listed = listedOf(native)
    if (!event.print || !listed) continue
    const printed = { listed, print: event.print }
    const key = `${native} ${event.print.id}`
    if (garble || inBatch.has(key)) flush()
    if (garble) send([printed], garble)
    else {
      batch.push(printed)
      inBatch.add(key)
    }
  }
  flush()
}

/** The sockets of a venue, and what is sent on them. */
export type VenueServer = {
  readonly server: SocketServer
  readonly deliver: (happened: readonly Delivered[]) => void
  readonly onTime: () => void
  readonly hasSubscribers: () => boolean
}

export const createVenueSockets = ({ sockets }: VenueProtocol, venue: Venue, context: FrontContext): VenueServer => {
  const { clock, onSubscribed, onConnected } = context
  const clients = new Map<VenueClient, Connection>()
  const server = createSocketServer(clock, address => {
    const route = sockets.route(address)
    if (route === null) return null
    return (ws, socket) => {
      const client: VenueClient = { route, topics: new Set(), send: message => connection.send(message) }
      const connection = createConnection(ws, socket, {
        clock,
        messagesPerSecond: sockets.messagesPerSecond,
        onMessage: text => {
          sockets.onMessage(client, text, venue)
          onSubscribed()
        }
      })
      clients.set(client, connection)
      ws.on('close', () => clients.delete(client))
      sockets.onOpen?.(client)
      onConnected()
      return connection
    }
  })
  const send = (prints: readonly Printed[], garble: Delivered['garble']): void => {
    for (const client of clients.keys()) {
      const subscribed = prints.filter(({ listed }) => sockets.isSubscribed(client, listed.feed.listing.native))
      if (subscribed.length === 0) continue
      for (const message of sockets.tradeMessages(subscribed, client)) client.send(garble ? garble(message) : message)
    }
  }
  const sendIdleMessages = (): void => {
    const { idle } = sockets
    if (!idle) return
    for (const [client, connection] of clients)
      if (client.topics.size > 0 && connection.idleMs() >= idle.afterMs) client.send(idle.message)
  }
  let second: number | null = null
  return {
    server,
    deliver: happened => inBatches(happened, native => venue.listed.get(native), send),
    onTime: () => {
      const thisSecond = Math.floor(venue.now() / SECOND) * SECOND
      if (second !== null && thisSecond > second)
        for (const client of clients.keys()) sockets.onSecond?.(client, venue, thisSecond)
      second = thisSecond
      sendIdleMessages()
    },
    hasSubscribers: () =>
      [...venue.listed.keys()].every(native => [...clients.keys()].some(client => sockets.isSubscribed(client, native)))
  }
}
