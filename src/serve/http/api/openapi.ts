import { dialectAt } from '../dialects.ts'
import { type Json, namedSchemas, schemaOf } from './openapi-schema.ts'
import type { Route } from './route.ts'
import { binanceError, problem, udfError } from './schemas.ts'

const isFieldMap = (value: unknown): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null

const parametersOf = (schema: Route['query'], place: 'query' | 'path'): readonly Json[] => {
  if (!schema) return []
  const { properties, required } = schemaOf(schema, 'input')
  const isRequired = (name: string): boolean => place === 'path' || (Array.isArray(required) && required.includes(name))
  if (!isFieldMap(properties)) return []
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: isRequired(name),
    ...(description === undefined ? {} : { description }),
    schema
  }))
}

/** Where each tag's endpoints are; the first that fits. */
const TAGS = [
  { at: '/api/v1/alert-rules', name: 'alert rules', description: 'What raises alerts; in force within moments' },
  { at: '/api/v1/backtests', name: 'backtests', description: 'Trading a pair over stored candles' },
  {
    at: '/api/v1/stream',
    name: 'live',
    description: 'What changes, as it changes; sockets are at /ws: see the README'
  },
  {
    at: '/api/v1',
    name: 'records',
    description: 'Records as they stand in the topics, and what is known of the feeds'
  },
  { at: '/api/v3', name: 'binance', description: 'Shaped as Binance’s market data, errors too' },
  { at: '/udf', name: 'udf', description: 'A data feed of TradingView, errors too' }
] as const

const tagOf = (path: string): string => TAGS.find(({ at }) => path.startsWith(at))?.name ?? 'other'

const WRONG: Readonly<Record<number, string>> = {
  400: 'the request is not as it must be; every bad field is named',
  401: 'a token is wanted, or the one that was sent is wrong',
  403: 'a page of another origin asks, or the gateway is asked under a name that is not its own',
  404: 'there is nothing of that name',
  409: 'what is there already stands against it',
  415: 'the body is not JSON',
  429: 'too many requests, or too many wrong tokens, came from this address',
  500: 'a bug; the gateway’s log says more',
  503: 'it cannot be answered now, and why'
}

/** An error has the shape of whom the endpoint is shaped as. */
const ERRORS = { problem, binance: binanceError, udf: udfError }

const RETRY_AFTER = { 'Retry-After': { description: 'seconds to wait', schema: { type: 'integer', format: 'int64' } } }

const problemAnswer = (status: number, path: string): readonly [string, Json] => {
  const { name, type } = dialectAt(path)
  const schema = { $ref: `#/components/schemas/${ERRORS[name].meta()?.id}` }
  return [
    String(status),
    {
      description: WRONG[status] ?? 'what is wrong',
      ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
      content: { [type.split(';')[0]!]: { schema } }
    }
  ]
}

const TEXT = { schema: { type: 'string' } }

const contentOf = ({ schema, type }: Route['answer']): Json => ({
  ...(schema ? { 'application/json': { schema: schemaOf(schema, 'output') } } : {}),
  ...(type ? { [type]: TEXT } : {})
})

const operationOf = ({ id, path, summary, params, query, body, answer, problems = [] }: Route): Json => {
  const content = contentOf(answer)
  const statuses = [...new Set([400, 401, 403, ...problems, 429, 500, 503])].sort((a, b) => a - b)
  return {
    operationId: id,
    tags: [tagOf(path)],
    summary,
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }
      : {}),
    responses: Object.fromEntries([
      [String(answer.status), { description: answer.says, ...(Object.keys(content).length > 0 ? { content } : {}) }],
      ...statuses.map(status => problemAnswer(status, path))
    ])
  }
}

/** What the gateway takes and gives: https://spec.openapis.org/oas/v3.1.0 */
export const openApi = (routes: readonly Route[], version: string): Json => {
  const paths = Map.groupBy(routes, ({ path }) => path.replace(/:(\w+)/g, '{$1}'))
  return {
    openapi: '3.1.0',
    info: {
      title: 'tickstream',
      version,
      description: 'Candles that can be checked. The live side is at /ws: see the README.'
    },
    servers: [{ url: '/', description: 'the gateway that this description comes from' }],
    tags: TAGS.map(({ name, description }) => ({ name, description })),
    paths: Object.fromEntries(
      [...paths].map(([path, those]) => [
        path,
        Object.fromEntries(those.map(route => [route.method.toLowerCase(), operationOf(route)]))
      ])
    ),
    components: {
      schemas: namedSchemas(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'API_TOKEN, where one is set' } }
    },
    security: [{}, { token: [] }]
  }
}
