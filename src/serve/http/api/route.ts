import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { z } from 'zod'
import { type FieldProblem, MISSING, Problem, UNKNOWN } from '../problem.ts'

/** What a request says, checked. */
type Asked<Params, Query, Body> = {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** An answer as it is documented: JSON by its schema, text of a type, or either by `Accept`. */
type Answer = { readonly status: number; readonly type?: string; readonly schema?: z.ZodType; readonly says: string }

type Schemas<Params, Query, Body> = {
  readonly params?: z.ZodType<Params>
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
}

/** One endpoint: what it takes and gives, from which requests are checked and `/openapi.json` is made. */
type RouteOf<Params, Query, Body> = Schemas<Params, Query, Body> & {
  /** What generated clients call it: never changed. */
  readonly id: string
  readonly method: Extract<HTTPMethods, 'GET' | 'POST' | 'PUT' | 'DELETE'>
  /** As Fastify writes it: `/api/v1/alert-rules/:name`. */
  readonly path: string
  readonly summary: string
  readonly answer: Answer
  /** Statuses of problems beside 400, 401 and 429. */
  readonly problems?: readonly number[]
  readonly handle: (asked: Asked<Params, Query, Body>) => unknown
}

/** A route whose types are its own affair. */
export type Route = Omit<RouteOf<unknown, unknown, unknown>, 'handle'> & {
  readonly answers: (request: FastifyRequest, reply: FastifyReply) => unknown
}

const isMissing = (given: unknown, [name, ...inner]: readonly PropertyKey[]): boolean =>
  name !== undefined &&
  inner.length === 0 &&
  typeof given === 'object' &&
  given !== null &&
  (given as Readonly<Record<PropertyKey, unknown>>)[name] === undefined

const problemsOf = (error: z.ZodError, place: string, given: unknown): readonly FieldProblem[] =>
  error.issues.flatMap(issue => {
    const field = issue.path.join('.') || place
    if (isMissing(given, issue.path)) return [{ field, detail: MISSING }]
    if (issue.code !== 'unrecognized_keys') return [{ field, detail: issue.message }]
    return issue.keys.map(key => ({
      field: key,
      detail: place === 'body' ? 'there is no such field' : UNKNOWN
    }))
  })

/** All that is wrong is told at once. */
const check = (request: FastifyRequest, schemas: Schemas<unknown, unknown, unknown>) => {
  const parts = (['params', 'query', 'body'] as const).map(
    place => [place, schemas[place]?.safeParse(request[place])] as const
  )
  const errors = parts.flatMap(([place, result]) =>
    result?.error ? problemsOf(result.error, place, request[place]) : []
  )
  return { errors, values: Object.fromEntries(parts.map(([place, result]) => [place, result?.data])) }
}

export const route = <Params, Query, Body>(route: RouteOf<Params, Query, Body>): Route => {
  const { handle, ...rest } = route
  return {
    ...rest,
    answers: (request, reply) => {
      const { errors, values } = check(request, route)
      if (errors.length === 0) return handle({ ...(values as Schemas<never, never, never>), request, reply } as never)
      throw new Problem(
        400,
        `the request cannot be answered: ${errors.map(error => `${error.field}: ${error.detail}`).join('; ')}`,
        errors
      )
    }
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'] as const

/** Puts routes in place; other methods at their paths are refused with those that there are. */
export const mount = (app: FastifyInstance, routes: readonly Route[]): void => {
  for (const { method, path, answers } of routes) app.route({ method, url: path, handler: answers })
  for (const [path, those] of Map.groupBy(routes, ({ path: at }) => at)) {
    const allowed = those.map(({ method }) => method)
    const refuse = (): never => {
      throw new Problem(405, `${path} takes ${allowed.join(', ')}`, [], { allow: allowed.join(', ') })
    }
    app.route({ method: METHODS.filter(method => !allowed.some(one => one === method)), url: path, handler: refuse })
  }
}
