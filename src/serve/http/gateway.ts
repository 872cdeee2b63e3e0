import type { IncomingMessage } from 'node:http'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { isElsewhere, TickstreamError } from '../../market/error.ts'
import type { Health } from '../../runtime/observe/health.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import { PROBES, probe } from '../../runtime/observe/metrics-server.ts'
import type { Serving } from '../live/serving.ts'
import { openApi } from './api/openapi.ts'
import { mount, type Route } from './api/route.ts'
import { createTries, type Tries } from './attempt-limit.ts'
import { dialectAt } from './dialects.ts'
import { type Guard, isAllowedOrigin, requireOrigin, requireToken } from './guard.ts'
import { mountPages } from './pages.ts'
import { Problem } from './problem.ts'
import { ageHeaders } from './require-current.ts'
import { backtestRoutes } from './routes/backtests.ts'
import { instrumentRoutes } from './routes/instruments.ts'
import { klineRoutes } from './routes/klines.ts'
import { recordRoutes } from './routes/records.ts'
import { ruleRoutes } from './routes/rules.ts'
import { streamRoutes } from './routes/stream.ts'
import { udfRoutes } from './routes/udf.ts'
import { zipTexts } from './send-json.ts'
import { openSockets, type Sockets } from './sockets.ts'
import type { WebFile } from './web-app.ts'

type Headers = Readonly<Record<string, string>>

/** What a browser asks before it lets a page of another origin send what a form could not: https://fetch.spec.whatwg.org/#cors-preflight-request */
const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined

/** What is not sent to every origin is not packed for every client either. */
const VARY = 'accept-encoding, origin'

/** Lets a page of a listed origin read the answer. What depends on the origin says so, whoever asks. */
const corsHeaders = (request: IncomingMessage, guard: Guard): Headers => {
  if (guard.origins.length === 0) return {}
  if (!isAllowedOrigin(request, guard)) return { vary: VARY }
  return {
    vary: VARY,
    'access-control-allow-origin': request.headers.origin ?? '',
    'access-control-expose-headers': 'retry-after, tickstream-state, tickstream-age-ms'
  }
}

/** What such a page may send. No cookie is ever looked at, so none is allowed. */
const PREFLIGHT: Headers = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
  'access-control-allow-headers': 'authorization, content-type, last-event-id',
  'access-control-max-age': '600'
}

/** The probes of every stage, at the gateway's own address. */
const mountProbes = (app: FastifyInstance, health: Health): void => {
  for (const path of PROBES)
    app.get(path, async (_, reply) => {
      const { status, type, body } = await probe(path, health)
      void reply.code(status).type(type)
      return body
    })
}

/** A gateway that is not listening yet. */
export type Gateway = { readonly app: FastifyInstance; readonly sockets: Sockets }

/** How it is reached and what it shows. */
export type GatewayOptions = {
  readonly guard: Guard
  readonly version: string
  /** The dashboard's files, by their paths. */
  readonly files: ReadonlyMap<string, WebFile>
  /** Requests of one address in a second. */
  readonly mostRequests: number
  readonly log: Logger
}

const MAX_BODY = 64 << 10
/** More than Node takes of all headers together: what a name may be is for its schema to say. */
const MAX_ADDRESS = 16 << 10
const RECORD_PATHS = /^\/(api\/v1|api\/v3|udf)\//
const DATA_PATHS = /^\/(api|udf|metrics|openapi\.json)\b/

const unavailable = ({ message, retryable, retryAfterMs }: TickstreamError): Problem =>
  retryable
    ? new Problem(503, `${message}; try again`, [], { 'retry-after': String(Math.ceil(retryAfterMs / 1_000) || 1) })
    : new Problem(503, message)

/** What went wrong, as a problem. What nobody expected is for the log, not for the reader. */
const problemOf = (error: unknown, log: Logger): Problem => {
  if (error instanceof Problem) return error
  if (error instanceof TickstreamError && isElsewhere(error)) return unavailable(error)
  const { statusCode, message } = error as FastifyError
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new Problem(statusCode, message)
  log.error({ err: error }, 'a request failed')
  return new Problem(500, 'this should not have happened; the log of the gateway says more')
}

const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply => {
  const { url, query } = reply.request
  const { type, bodyOf } = dialectAt(url)
  return reply.code(problem.status).headers(problem.headers).type(type).send(bodyOf(problem, query))
}

const isProbe = (path: string): boolean => path === '/livez' || path === '/readyz'

/** Lets in who may ask; pages hold no data, so that a browser can load them before it has a token. */
const guardRequests = (app: FastifyInstance, { liveness }: Serving, guard: Guard, tries: Tries): void => {
  app.addHook('onRequest', async ({ raw, url }, reply) => {
    const path = url.split('?')[0] ?? url
    if (isProbe(path)) return
    requireOrigin(raw, guard)
    if (!DATA_PATHS.test(path)) return
    if (isPreflight(raw)) return reply.code(204).headers(PREFLIGHT).send()
    requireToken(raw, guard, tries)
    if (RECORD_PATHS.test(path)) void reply.headers(ageHeaders(liveness))
  })
}

const DATA_HEADERS = {
  vary: 'accept-encoding',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin'
}

/** What stands on every answer with data, and on what is said instead of one: a page that may read the one may read the other. */
const headData = (app: FastifyInstance, guard: Guard): void => {
  app.addHook('onRequest', async ({ raw, url }, reply) => {
    if (DATA_PATHS.test(url)) void reply.headers(DATA_HEADERS).headers(corsHeaders(raw, guard))
  })
}

/** Before all else: also what is refused, or is not there, counts. */
const limitRequests = async (app: FastifyInstance, mostRequests: number): Promise<void> => {
  await app.register(rateLimit, {
    global: false,
    max: mostRequests,
    timeWindow: 1_000,
    allowList: ({ url }: FastifyRequest) => isProbe(url),
    errorResponseBuilder: () =>
      new Problem(429, `more than ${mostRequests} requests a second; wait one`, [], { 'retry-after': '1' })
  })
  app.addHook('onRequest', app.rateLimit())
}

const routesOf = (serving: Serving): readonly Route[] => [
  ...instrumentRoutes(serving),
  ...recordRoutes(serving),
  ...ruleRoutes(serving),
  ...backtestRoutes(serving),
  ...streamRoutes(serving),
  ...klineRoutes(serving),
  ...udfRoutes(serving)
]

/** Puts a gateway together. */
export const createGateway = async (serving: Serving, options: GatewayOptions): Promise<Gateway> => {
  const { guard, files, mostRequests, version, log } = options
  const app = Fastify({
    logger: false,
    bodyLimit: MAX_BODY,
    forceCloseConnections: true,
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: MAX_ADDRESS },
    frameworkErrors: (error, _, reply) => void sendProblem(reply, problemOf(error, log))
  })
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler((error, _, reply) => sendProblem(reply, problemOf(error, log)))
  headData(app, guard)
  zipTexts(app)
  await limitRequests(app, mostRequests)
  const tries = createTries(serving.clock, address =>
    log.warn({ address }, 'wrong tokens come from an address, and it is made to wait')
  )
  guardRequests(app, serving, guard, tries)
  const routes = routesOf(serving)
  mount(app, routes)
  const description = JSON.stringify(openApi(routes, version))
  app.get('/openapi.json', (_, reply) => reply.type('application/json; charset=utf-8').send(description))
  mountProbes(app, serving.health)
  const sendView = mountPages(app, files)
  app.setNotFoundHandler((request, reply) => {
    const view = sendView(request, reply)
    return (
      view ??
      sendProblem(
        reply,
        new Problem(404, `there is nothing at ${request.url.split('?')[0]}; /openapi.json lists what there is`)
      )
    )
  })
  await app.ready()
  return { app, sockets: openSockets(app.server, serving, guard, tries) }
}
