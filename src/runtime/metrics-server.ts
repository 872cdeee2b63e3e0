import { createServer, type RequestListener } from 'node:http'
import { TickstreamError } from '../market/error.ts'
import type { Health } from './health.ts'
import { registry } from './metrics.ts'

/** A stage's `/livez`, `/readyz` and `/metrics`. */
export type MetricsServer = { readonly port: number; readonly close: () => Promise<void> }

/** Listens on loopback; port 0 lets the system choose. Throws an `environment` error when the port is taken. */
export const serveMetrics = (port: number, health: Health): Promise<MetricsServer> =>
  new Promise((resolve, reject) => {
    const server = createServer(answer(health))
    server.once('error', cause =>
      reject(
        new TickstreamError(
          'environment',
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

const answer =
  (health: Health): RequestListener =>
  (request, response) => {
    const say = (status: number, body: string, type = 'text/plain; charset=utf-8'): void =>
      void response.writeHead(status, { 'content-type': type }).end(body)
    const path = request.url?.split('?')[0]
    if (path === '/livez') return say(200, 'ok\n')
    if (path === '/readyz') return ready(health, say)
    if (path !== '/metrics') return say(404, 'there are /livez, /readyz and /metrics\n')
    registry.metrics().then(
      text => say(200, text, registry.contentType),
      (cause: unknown) => say(500, `${String(cause)}\n`)
    )
  }

const ready = (health: Health, say: (status: number, body: string) => void): void => {
  const problems = health.problems()
  if (problems.length === 0) say(200, 'ok\n')
  else say(503, `${problems.join('\n')}\n`)
}
