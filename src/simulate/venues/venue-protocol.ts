import type { Rate } from '../../exchange/rest-interface.ts'
import type { Listed, Venue } from '../exchange/venue.ts'
import type { Print } from '../market/market.ts'

/** A client of a venue's sockets. */
export type VenueClient = {
  /** Which of the venue's sockets it opened. */
  readonly route: string
  /** What it has subscribed to, by the venue's own names. */
  readonly topics: Set<string>
  readonly send: (message: string) => void
}

/** A print of one of the venue's instruments. */
export type Printed = { readonly listed: Listed; readonly print: Print }

/** An answer of a venue's REST interface. */
export type VenueAnswer = {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

type VenueRequest = { readonly url: URL; readonly body: string }

/** The sockets of a venue. */
type VenueSockets = {
  /** The socket of this address; null: there is none. */
  readonly route: (address: URL) => string | null
  /** Who sends more messages a second is disconnected. */
  readonly messagesPerSecond: number
  /** Sends what a new client is sent unasked. */
  readonly onOpen?: (client: VenueClient) => void
  /** Does what a client's message asks for, and answers it. */
  readonly onMessage: (client: VenueClient, text: string, venue: Venue) => void
  /** What a client has subscribed to that hears the trades of an instrument. */
  readonly isSubscribed: (client: VenueClient, native: string) => boolean
  /** Messages that tell of these prints, all of which the client hears, in the order printed. */
  readonly tradeMessages: (prints: readonly Printed[], client: VenueClient) => readonly string[]
  /** Sends what is due each second of the market, `time` being its end in epoch milliseconds. */
  readonly onSecond?: (client: VenueClient, venue: Venue, time: number) => void
  /** What is sent to a client with subscriptions that has heard nothing for so long. */
  readonly idle?: { readonly afterMs: number; readonly message: string }
}

/** The REST interface of a venue. */
type VenueRest = {
  /** What one address may ask for, in the venue's unit. */
  readonly limit: Rate
  readonly costOf: (request: VenueRequest) => number
  readonly answer: (request: VenueRequest, venue: Venue) => VenueAnswer | Promise<VenueAnswer>
  /** How it refuses who asks too much. */
  readonly tooMany: (retryAfterS: number) => VenueAnswer
  /** How it says that it is out of order. */
  readonly outOfOrder: VenueAnswer
  /** Headers of each answer, by what is used of the limit. */
  readonly headers?: (used: number) => Readonly<Record<string, string>>
}

/** What is a venue's own; the market, its faults and the run loop are the same for all. */
export type VenueProtocol = {
  /** The id of the adapter that speaks with it. */
  readonly id: string
  /** The venue's name of an instrument, by which the market lists it; null where it can have no such instrument. */
  readonly nativeOf: (symbol: string) => string | null
  /** Instruments that it lists where none are named; the first shows the form of all. */
  readonly usual: readonly string[]
  readonly sockets: VenueSockets
  readonly rest: VenueRest
}
