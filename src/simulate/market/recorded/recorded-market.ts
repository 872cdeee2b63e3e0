import type { Clock } from '../../../runtime/clock.ts'
import type { Market, MarketEvent } from '../market.ts'
import { createRecordedFeed, type RecordedFeed, type TimedFrame } from './recorded-feed.ts'
import { type RecordedFrame, readRecordedFrames } from './recorded-frames.ts'

const MINUTE = 60_000
/** Frames a step at the fastest pace. */
const STEP = 500

/** `speed`: how many times the recorded pace, or `max`. `keepTime`: the recorded times stay; otherwise whole minutes bring them to now. */
export type RecordedMarketOptions = {
  readonly files: readonly string[]
  readonly speed: number | 'max'
  readonly keepTime: boolean
  readonly clock: Clock
}

type Queued = { readonly feed: RecordedFeed; readonly frame: TimedFrame }

const bySymbol = (files: readonly string[]): ReadonlyMap<string, RecordedFrame[]> => {
  const symbols = new Map<string, RecordedFrame[]>()
  for (const file of files) {
    const frames = readRecordedFrames(file)
    const owner = frames.find(frame => frame.symbol !== '')?.symbol ?? ''
    for (const frame of frames) {
      const symbol = frame.symbol || owner
      const earlier = symbols.get(symbol)
      if (earlier) earlier.push(frame)
      else symbols.set(symbol, [frame])
    }
  }
  return symbols
}

/** Moves the times inside a message. */
const moved = (text: string, ms: number): string =>
  ms === 0 ? text : text.replace(/"(E|T)":(\d{13})(?!\d)/g, (_, name, time) => `"${name}":${Number(time) + ms}`)

/** The slow stream of the book gets every recorded difference. */
const channelsOf = (frame: TimedFrame): readonly string[] =>
  frame.channel === 'depth@100ms' ? ['depth@100ms', 'depth'] : [frame.channel]

const emit = ({ feed, frame }: Queued, shift: number): MarketEvent[] => {
  feed.emit(frame)
  const print = frame.print && { ...frame.print, time: frame.print.time + shift }
  const data = () => moved(frame.text, shift)
  return channelsOf(frame).map(channel => ({ feed, channel, time: frame.at + shift, print, data }))
}

/** When the market is: at its first frame before it starts, then at its pace, and on with the wall clock after its last frame. */
const pace = (frames: readonly Queued[], { speed, clock }: RecordedMarketOptions) => {
  const first = frames[0]?.frame.at ?? 0
  const last = frames.at(-1)?.frame.at ?? 0
  let startedAt = 0
  let endedAt: number | null = null
  return {
    start: () => {
      startedAt = clock.monotonicMs()
    },
    /** Recorded time now, with `position` frames emitted. */
    at: (position: number): number => {
      if (position >= frames.length) {
        endedAt ??= clock.monotonicMs()
        return last + clock.monotonicMs() - endedAt
      }
      if (speed === 'max') return frames[Math.max(0, position - 1)]?.frame.at ?? first
      return Math.min(last, first + (clock.monotonicMs() - startedAt) * speed)
    }
  }
}

/** Plays recorded frames unchanged but for the times in them. Throws `TS-CONFIG` for a file that cannot be read. */
export const createRecordedMarket = (options: RecordedMarketOptions): Market => {
  const feeds = [...bySymbol(options.files)].map(([symbol, frames]) => createRecordedFeed(symbol, frames))
  const queue = feeds.flatMap(feed => feed.frames.map(frame => ({ feed, frame })))
  queue.sort((a, b) => a.frame.at - b.frame.at)
  const time = pace(queue, options)
  const firstAt = queue[0]?.frame.at ?? 0
  let position = 0
  let shift = 0
  let begun = false
  const due = (): number => {
    if (options.speed === 'max') return Math.min(queue.length, position + STEP)
    const now = time.at(position)
    let end = position
    while (end < queue.length && queue[end]!.frame.at <= now) end++
    return end
  }
  return {
    feeds: new Map(feeds.map(feed => [feed.listing.native, feed])),
    waits: options.speed === 'max',
    now: () => (begun ? Math.floor(time.at(position)) + shift : options.keepTime ? firstAt : options.clock.now()),
    begin: () => {
      if (begun) return
      begun = true
      if (!options.keepTime) shift = Math.floor((options.clock.now() - firstAt) / MINUTE) * MINUTE
      for (const feed of feeds) feed.shift(shift)
      time.start()
    },
    advance: () => {
      if (!begun) return []
      const from = position
      position = due()
      return queue.slice(from, position).flatMap(queued => emit(queued, shift))
    }
  }
}
