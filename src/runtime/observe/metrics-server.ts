import { createServer, type RequestListener } from 'node:http'
import { TickstreamError } from '../../market/error.ts'
import type { Health } from './health.ts'
import { registry } from './metrics.ts'

/** A stage's `/livez`, `/readyz` and `/metrics`. */
export type MetricsServer = { readonly port: number; readonly close: () => Promise<void> }

/** Listens on loopback; port 0 lets the system choose. Throws `TS-SETUP` when the port is taken. */
export const serveMetrics = (port: number, health: Health): Promise<MetricsServer> =>
  new Promise((resolve, reject) => {
    const server = createServer(answer(health))
    server.once('error', cause =>
      reject(
        new TickstreamError(
          'TS-SETUP',
          `port ${port} cannot be used for metrics (${cause.message}); set METRICS_PORT to a free one`,
          { cause }
        )
      )
    )
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve({
        port: address && typeof address === 'object' ? address.port : port,
        close: () =>
          new Promise(done => {
            server.close(() => done())
            server.closeAllConnections()
          })
      })
    })
  })

/** What a probe is told. */
export type ProbeAnswer = { readonly status: number; readonly type: string; readonly body: string }

const TEXT = 'text/plain; charset=utf-8'

/** Whether a stage lives, whether it can do its work, and its figures. */
export const PROBES = ['/livez', '/readyz', '/metrics'] as const

/** Answers one of the probes. */
export const probe = async (path: (typeof PROBES)[number], health: Health): Promise<ProbeAnswer> => {
  if (path === '/metrics') return { status: 200, type: registry.contentType, body: await registry.metrics() }
  const problems = path === '/readyz' ? health.problems() : []
  const notes = path === '/readyz' ? health.notes().map(note => `note: ${note}`) : []
  if (problems.length === 0) return { status: 200, type: TEXT, body: `${['ok', ...notes].join('\n')}\n` }
  return { status: 503, type: TEXT, body: `${[...problems, ...notes].join('\n')}\n` }
}

const answer =
  (health: Health): RequestListener =>
  (request, response) => {
    const respond = ({ status, type, body }: ProbeAnswer): void =>
      void response.writeHead(status, { 'content-type': type }).end(body)
    const asked = request.url?.split('?')[0]
    const path = PROBES.find(one => one === asked)
    if (!path) return respond({ status: 404, type: TEXT, body: 'there are /livez, /readyz and /metrics\n' })
    probe(path, health).then(respond, (cause: unknown) =>
      respond({ status: 500, type: TEXT, body: `${String(cause)}\n` })
    )
  }
