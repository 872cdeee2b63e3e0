import type { FetchJson } from '../../../src/ingest/transport/fetch-json.ts'
import type { OpenSocket } from '../../../src/ingest/transport/open-socket.ts'
import type { FaultInjector } from '../world/injector.ts'
import type { SimulatedProcess } from '../world/simulated-process.ts'
import type { Timeline } from '../world/timeline.ts'
import type { Peer, Venue } from './venue.ts'

/** How one process reaches the exchange. */
export const connectTo = (
  venue: Venue,
  life: SimulatedProcess,
  { timeline, injector }: { readonly timeline: Timeline; readonly injector: FaultInjector }
): { readonly openSocket: OpenSocket; readonly fetchJson: FetchJson } => ({
  openSocket: (url, events) => {
    const streams = new Set((new URL(url).searchParams.get('streams') ?? '').split('/'))
    let state: 'opening' | 'open' | 'closed' = 'opening'
    let isPaused = false
    const held: (() => void)[] = []
    const come = (act: () => void): void => {
      if (isPaused) held.push(act)
      else life.deliver(act)
    }
    const close = (code: number, reason: string): void => {
      if (state === 'closed') return
      state = 'closed'
      venue.peers.delete(peer)
      timeline.after(0, () => life.deliver(() => events.onClose(code, reason)))
    }
    const hear = (text: string): void => {
      if (state !== 'open') return
      venue.heard.push({ text, isAlive: life.isAlive })
      events.onFrame(Buffer.from(text), false)
    }
    const peer: Peer = { streams, frame: text => come(() => hear(text)), close }
    const isSilent = (): boolean => timeline.nowMs() < venue.silentUntilMs
    timeline.after(life.random.int(2, 12), () => {
      if (!life.isAlive() || state === 'closed' || isSilent()) return
      if (injector.strikes('socket refused')) return close(1006, 'Unexpected server response: 503')
      state = 'open'
      venue.peers.add(peer)
      life.deliver(events.onOpen)
    })
    return {
      send: () => undefined,
      ping: () => void (isSilent() || timeline.after(life.random.int(1, 6), () => come(events.onPong))),
      pause: () => {
        isPaused = true
      },
      resume: () => {
        isPaused = false
        for (const act of held.splice(0)) timeline.after(0, () => life.deliver(act))
      },
      terminate: () => life.act(() => close(1006, ''))
    }
  },
  fetchJson: async (url, signal) => {
    const slowMs = injector.strikes('history slow') ? life.random.int(500, 9_000) : life.random.int(5, 60)
    await life.clock.sleep(slowMs, signal)
    return life.request((answer, refuse) => {
      try {
        answer(venue.history(new URL(url)))
      } catch (error) {
        refuse(error as Error)
      }
    })
  }
})
