import type { FastifyInstance } from 'fastify'
import type { Health } from '../../runtime/health.ts'
import { registry } from '../../runtime/metrics.ts'

/** Whether the gateway lives and can do its work, and its figures. The first two are for everybody. */
export const mountProbes = (app: FastifyInstance, health: Health): void => {
  app.get('/livez', () => 'ok\n')
  app.get('/readyz', (_, reply) => {
    const problems = health.problems()
    void reply.code(problems.length === 0 ? 200 : 503)
    return problems.length === 0 ? 'ok\n' : `${problems.join('\n')}\n`
  })
  app.get('/metrics', async (_, reply) => {
    void reply.type(registry.contentType)
    return registry.metrics()
  })
}
