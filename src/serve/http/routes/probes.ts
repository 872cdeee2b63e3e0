import type { FastifyInstance } from 'fastify'
import type { Health } from '../../../runtime/observe/health.ts'
import { PROBES, probe } from '../../../runtime/observe/metrics-server.ts'

/** The probes of every stage, at the gateway's own address. */
export const mountProbes = (app: FastifyInstance, health: Health): void => {
  for (const path of PROBES)
    app.get(path, async (_, reply) => {
      const { status, type, body } = await probe(path, health)
      void reply.code(status).type(type)
      return body
    })
}
