import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Message } from '../../live/hub.ts'
import type { Freshness } from '../../live/liveness.ts'
import type { Serving } from '../../live/serving.ts'
import { recordsJson } from '../api/record-json.ts'
import { type Route, route } from '../api/route.ts'
import { filterOf, streamQuery } from '../api/subscribe-request.ts'
import { Problem } from '../problem.ts'

/** Bytes that wait for a reader; one that has so many is slow. */
const SLOW_FROM = 256 << 10
const MAX_STREAMS = 500
const COMMENT_EVERY_MS = 15_000

const eventOf = ({ type, seq, data, skipped }: Message): string => {
  const left = skipped > 0 ? `,"skipped":${skipped}` : ''
  return `id: ${seq}\nevent: ${type}\ndata: {"seq":${seq}${left},"data":[${recordsJson(data)}]}\n\n`
}

const stateEvent = (now: Freshness): string => `event: state\ndata: ${JSON.stringify(now)}\n\n`

/** A comment now and then keeps what lies between from closing the connection. */
const keepAlive = async (raw: ServerResponse, { clock }: Serving, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await clock.sleep(COMMENT_EVERY_MS, signal).catch(() => undefined)
    if (!signal.aborted && raw.writableLength < SLOW_FROM) raw.write(':\n\n')
  }
}

/** Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export const streamRoutes = (serving: Serving): readonly Route[] => {
  const open = new Set<ServerResponse>()
  serving.liveness.watch(now => {
    for (const raw of open) raw.write(stateEvent(now))
  })
  return [
    route({
      id: 'streamEvents',
      method: 'GET',
      path: '/api/v1/stream',
      summary: 'Server-sent events of one channel: the newest state (snapshot), then what changes (update)',
      query: streamQuery,
      answer: { status: 200, type: 'text/event-stream', says: 'events, until the reader leaves' },
      handle: ({ query, reply }) => {
        if (open.size >= MAX_STREAMS)
          throw new Problem(503, `${open.size} streams are open, which is all that there can be`)
        reply.hijack()
        const { raw } = reply
        open.add(raw)
        const gone = new AbortController()
        raw.writeHead(200, {
          ...(reply.getHeaders() as OutgoingHttpHeaders),
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no'
        })
        const now = serving.liveness.freshness()
        if (now.state !== 'live') raw.write(stateEvent(now))
        const subscriber = {
          send: (message: Message) => void raw.write(eventOf(message)),
          isSlow: () => raw.writableLength > SLOW_FROM
        }
        const leave = serving.hub.subscribe(
          { id: 'stream', channel: query.channel, filter: filterOf(query) },
          subscriber
        )
        raw.once('close', () => {
          open.delete(raw)
          leave()
          gone.abort()
        })
        void keepAlive(raw, serving, gone.signal)
      }
    })
  ]
}
