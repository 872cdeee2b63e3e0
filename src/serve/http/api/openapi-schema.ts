import { z } from 'zod'

export type Json = { readonly [name: string]: unknown }

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The bounds of what JavaScript counts exactly say nothing of a field. */
const isOurBound = (name: string, value: unknown): boolean =>
  (name === 'minimum' && value === Number.MIN_SAFE_INTEGER) || (name === 'maximum' && value === Number.MAX_SAFE_INTEGER)

/** Clients are generated from formats: without one a time does not fit into what they make of an integer. */
const formatOf = ({ type, format }: Json): Json => {
  const types = [type].flat()
  if (format !== undefined) return {}
  if (types.includes('integer')) return { format: 'int64' }
  return types.includes('number') ? { format: 'double' } : {}
}

/** A value that may be null is one type that says so, not a choice of two. */
const flatNullable = (node: Json): Json => {
  const { anyOf, ...rest } = node
  if (!Array.isArray(anyOf) || anyOf.length !== 2 || !isObject(anyOf[0])) return node
  const [schema, none] = anyOf as readonly Json[]
  if (none?.type !== 'null' || typeof schema?.type !== 'string' || schema.enum !== undefined) return node
  return { ...schema, ...formatOf(schema), ...rest, type: [schema.type, 'null'] }
}

const tidy = (value: unknown, io: 'input' | 'output'): unknown => {
  if (Array.isArray(value)) return value.map(one => tidy(one, io))
  if (!isObject(value)) return value
  const node = flatNullable(value)
  const fields = Object.entries({ ...node, ...formatOf(node) })
    .filter(([name, value]) => !isOurBound(name, value))
    // An answer may get fields later.
    .filter(([name, value]) => io === 'input' || name !== 'additionalProperties' || value !== false)
  return Object.fromEntries(fields.map(([name, value]) => [name, tidy(value, io)]))
}

/** Named schemas stand in one place. */
const named = (schema: object): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('#/$defs/', '#/components/schemas/'))

/** A schema as `/openapi.json` has it. */
export const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, $defs: _defs, id: _id, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return tidy(named(rest), io) as Json
}

/** All schemas that have names. */
export const namedSchemas = (): Json => {
  const uri = (id: string): string => `#/components/schemas/${id}`
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io: 'output', unrepresentable: 'any', uri })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: _id, id: _name, ...schema }]) => [
      name,
      tidy(schema, 'output')
    ])
  )
}
