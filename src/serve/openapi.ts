import { z } from 'zod'
import type { Route } from './route.ts'
import { problem } from './schemas.ts'

type Json = Readonly<Record<string, unknown>>

/** Named schemas stand in one place. */
const named = (text: string): Json => JSON.parse(text.replaceAll('#/$defs/', '#/components/schemas/'))

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, $defs: _defs, id: _id, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return named(JSON.stringify(rest))
}

const isFieldMap = (value: unknown): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null

const parametersOf = (schema: z.ZodType | undefined, place: 'query' | 'path'): readonly Json[] => {
  if (!schema) return []
  const { properties, required } = schemaOf(schema, 'input')
  const isRequired = (name: string): boolean => place === 'path' || (Array.isArray(required) && required.includes(name))
  if (!isFieldMap(properties)) return []
  return Object.entries(properties).map(([name, { description, ...of }]) => ({
    name,
    in: place,
    required: isRequired(name),
    ...(description === undefined ? {} : { description }),
    schema: of
  }))
}

/** Every problem has this shape; the schema itself stands with the others, by its name. */
const PROBLEM: Json = { $ref: `#/components/schemas/${problem.meta()?.id}` }

const problemAnswer = (status: number): readonly [string, Json] => [
  String(status),
  {
    description: 'what is wrong, every bad field named',
    content: { 'application/problem+json': { schema: PROBLEM } }
  }
]

const operationOf = ({ summary, params, query, body, answer, problems = [] }: Route): Json => {
  const content = answer.schema
    ? { 'application/json': { schema: schemaOf(answer.schema, 'output') } }
    : answer.type
      ? { [answer.type]: { schema: { type: 'string' } } }
      : undefined
  return {
    summary,
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }
      : {}),
    responses: Object.fromEntries([
      [String(answer.status), { description: answer.says, ...(content ? { content } : {}) }],
      ...[400, ...problems, 401, 403, 429, 503].map(problemAnswer)
    ])
  }
}

/** What the gateway takes and gives: https://spec.openapis.org/oas/v3.1.0 */
export const openApi = (routes: readonly Route[], version: string): Json => {
  const paths = Map.groupBy(routes, ({ path }) => path.replace(/:(\w+)/g, '{$1}'))
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    io: 'output',
    unrepresentable: 'any',
    uri: id => `#/components/schemas/${id}`
  })
  return {
    openapi: '3.1.0',
    info: {
      title: 'tickstream',
      version,
      description: 'Candles that can be checked. The live side is at /ws: see the README.'
    },
    paths: Object.fromEntries(
      [...paths].map(([path, those]) => [
        path,
        Object.fromEntries(those.map(of => [of.method.toLowerCase(), operationOf(of)]))
      ])
    ),
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, { $schema: _, $id: _id, id: _name, ...schema }]) => [name, schema])
      ),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } }
    },
    security: [{}, { token: [] }]
  }
}
