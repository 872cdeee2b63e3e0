import { createServer } from 'node:net'
import { TickstreamError } from '../../market/error.ts'
import { claimPort, releasePort } from './claim-port.ts'

const TRIES = 50

/**
 * The first port of loopback from `wanted` on that is free and that nobody of ours is about to use; 0 lets the system choose.
 * The same use of this process can have its port again. Throws `TS-SETUP` when 50 are taken.
 */
export const freePort = async (wanted: number, use = 'unnamed'): Promise<number> => {
  for (let port = wanted; port < wanted + TRIES; port++) {
    if (port !== 0 && !claimPort(port, use)) continue
    const free = await bind(port)
    if (free !== null) return free
    releasePort(port)
  }
  throw new TickstreamError(
    'TS-SETUP',
    `ports ${wanted} to ${wanted + TRIES - 1} are all taken; end what listens there, or set KAFKA_BROKERS and POSTGRES_URL to servers of your own`
  )
}

/** The port, when it can be listened on. */
const bind = (port: number): Promise<number | null> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address && typeof address === 'object' ? address.port : null))
    })
  })
