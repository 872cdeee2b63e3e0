import { startRelay } from './relay.ts'

/** What becomes of a request: it goes through, is told to come later, gets no answer at all, or is done and its answer lost. */
export type HttpFault = 'none' | 'busy' | 'silence' | 'lost answer'

/** Stands between a client and an HTTP server. */
export type FaultyHttp = {
  readonly url: string
  /** How often each fault came to pass. */
  readonly seen: ReadonlyMap<HttpFault, number>
  readonly close: () => Promise<void>
}

const REQUEST = /^(GET|PUT|POST|DELETE|HEAD) (\S+) HTTP\/1\.1\r\n/
const SLOW_DOWN =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>'
const BUSY = `HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: ${SLOW_DOWN.length}\r\n\r\n${SLOW_DOWN}`

type Choose = (method: string, path: string) => HttpFault

/** A proxy to the server of `url` that asks for every request what is to become of it. */
export const startFaultyHttp = async (url: string, choose: Choose): Promise<FaultyHttp> => {
  const seen = new Map<HttpFault, number>()
  const { port, close } = await startRelay(url, ({ client, server, end }) => {
    let fault: HttpFault = 'none'
    client.on('data', (bytes: Buffer) => {
      const begun = REQUEST.exec(bytes.toString('latin1', 0, 2_000))
      if (begun) {
        fault = choose(begun[1]!, begun[2]!)
        seen.set(fault, (seen.get(fault) ?? 0) + 1)
        if (fault === 'busy') client.end(BUSY)
      }
      if (fault === 'none' || fault === 'lost answer') server.write(bytes)
    })
    // The server answers when it has done what it was asked.
    server.on('data', bytes => (fault === 'lost answer' ? end() : client.write(bytes)))
  })
  return { url: `http://127.0.0.1:${port}`, seen, close }
}
