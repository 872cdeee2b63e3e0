import type { RestAnswer } from '../../../src/exchange/rest-interface.ts'
import type { FaultInjector } from '../world/injector.ts'
import type { Random } from '../world/random.ts'
import type { Timeline } from '../world/timeline.ts'
import { answerHistory } from './answer-history.ts'
import { chainAt, type Market, type Print } from './market.ts'
import { createTradeFrames, streamOf } from './trade-frames.ts'

/** A socket as the exchange sees it. */
export type Peer = {
  readonly streams: ReadonlySet<string>
  readonly frame: (text: string) => void
  readonly close: (code: number, reason: string) => void
}

/** A frame that a process has taken, and whether that process still lives. */
type Heard = { readonly text: string; readonly isAlive: () => boolean }

/** An exchange: it prints its markets whoever listens, sends frames to its peers, and answers questions about the past. */
export type Venue = {
  readonly markets: readonly Market[]
  readonly peers: Set<Peer>
  /** Trades that were put on at least one socket, as they were printed, by their frames. */
  readonly told: ReadonlyMap<string, Print>
  /** Frames as processes took them from their sockets. */
  readonly heard: Heard[]
  /** Frames that said of a trade what was not printed. */
  readonly untrue: ReadonlySet<string>
  readonly history: (url: URL) => RestAnswer
  /** Sends something to all peers. */
  readonly announce: (text: string) => void
  /** Ends all connections. */
  readonly hangUp: (code: number, reason: string) => void
  /** Connections live, but nothing comes over them, pongs neither, until then (milliseconds since the world began). */
  silentUntilMs: number
}

/** Late, but within what the heartbeats' grace allows. */
const MAX_LATE_MS = 450
/** Later than any grace. */
const MAX_OVERDUE_MS = 6_000

/** What makes a frame malformed; no stream carries these otherwise. */
const GARBAGE: readonly ((of: string) => string)[] = [
  () => '{"stream":',
  () => '[]',
  stream => `{"stream":"${stream}","data":{"e":"trade","E":1,"s":"?","t":-1}}`,
  stream => `{"stream":"${stream}","data":{"e":"kline","E":1}}`,
  () => '{"stream":"nobody@trade","data":{"e":"trade"}}',
  () => '\u0000 not json'
]

export const createVenue = (
  markets: readonly Market[],
  parts: { readonly timeline: Timeline; readonly injector: FaultInjector; readonly random: Random }
): Venue => {
  const { timeline, injector, random } = parts
  const frames = createTradeFrames<Peer>(injector, random)
  const isSilent = (): boolean => timeline.nowMs() < venue.silentUntilMs
  const sendTo = (peer: Peer, { symbol, resets }: Market, print: Print, delayMs: number): void => {
    timeline.after(delayMs, () => {
      const isGone = print.chain < chainAt(resets, timeline.nowMs())
      if (isGone || !venue.peers.has(peer) || isSilent()) return
      peer.frame(frames.write(peer, symbol, print))
    })
  }
  const delayMs = (): number => {
    if (injector.strikes('frame overdue')) return random.int(MAX_LATE_MS, MAX_OVERDUE_MS)
    return injector.strikes('frame late') ? random.int(50, MAX_LATE_MS) : 0
  }
  const disturb = (peer: Peer, symbol: string): void => {
    if (isSilent() || !injector.strikes('frame malformed')) return
    peer.frame(random.pick(GARBAGE)(streamOf(symbol)))
  }
  const send = (market: Market, stream: string, print: Print): void => {
    for (const peer of venue.peers) {
      if (!peer.streams.has(stream)) continue
      disturb(peer, market.symbol)
      if (injector.strikes('frame dropped')) continue
      sendTo(peer, market, print, delayMs())
      if (injector.strikes('frame repeated')) sendTo(peer, market, print, random.int(0, MAX_LATE_MS))
    }
  }
  for (const market of markets) {
    const stream = streamOf(market.symbol)
    for (const print of market.trades) timeline.after(print.sentAtMs, () => send(market, stream, print))
  }
  const history = (url: URL): RestAnswer => answerHistory(markets, url, parts)
  const venue: Venue = {
    markets,
    peers: new Set(),
    told: frames.told,
    heard: [],
    untrue: frames.untrue,
    history,
    announce: text => {
      for (const peer of venue.peers) peer.frame(text)
    },
    hangUp: (code, reason) => {
      for (const peer of [...venue.peers]) peer.close(code, reason)
    },
    silentUntilMs: 0
  }
  return venue
}
