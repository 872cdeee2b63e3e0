import { z } from 'zod'
import { type AlertRule, BUILT_IN_RULES } from '../../market/alert-rule.ts'
import { checkAlertRule } from '../../stream/check-alert-rule.ts'
import { Problem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import * as schema from '../schemas.ts'
import type { Serving } from '../serving.ts'

type Listed = AlertRule & { readonly builtIn: boolean }

const rulesOf = ({ edge }: Serving): readonly Listed[] => {
  const written = edge.rules().map(rule => ({ ...rule, builtIn: false }))
  const isFree = ({ name }: AlertRule): boolean => !written.some(rule => rule.name === name)
  return [...written, ...BUILT_IN_RULES.filter(isFree).map(rule => ({ ...rule, builtIn: true }))]
}

const byName = z.strictObject({ name: z.string().min(1).max(100) })

const BODY = z.record(z.string(), z.unknown()).meta({
  description: 'a rule; what it leaves out has defaults by its kind',
  type: 'object',
  properties: z.toJSONSchema(schema.alertRule, { io: 'input' }).properties,
  required: ['name', 'kind']
})

const checked = (body: unknown): AlertRule => {
  const { rule, problems, unknown } = checkAlertRule(body)
  const errors = [
    ...problems.map(({ field, says }) => ({ field, detail: says })),
    ...unknown.map(field => ({ field, detail: 'no rule has such a field' }))
  ]
  if (rule && errors.length === 0) return rule
  throw new Problem(400, `this is not a rule: ${errors.map(of => `${of.field} ${of.detail}`).join('; ')}`, errors)
}

const found = (serving: Serving, name: string): Listed => {
  const rule = rulesOf(serving).find(one => one.name === name)
  if (rule) return rule
  throw new Problem(404, `there is no rule ${JSON.stringify(name)}; GET /api/v1/alert-rules lists them`)
}

const PATH = '/api/v1/alert-rules'

const changes = (serving: Serving): readonly Route[] => [
  route({
    method: 'POST',
    path: PATH,
    summary: 'Makes a rule; it is in force within moments',
    body: BODY,
    answer: { status: 201, schema: schema.alertRule, says: 'the rule as it was written' },
    problems: [409, 415],
    handle: async ({ body, reply }) => {
      const rule = checked(body)
      if (rulesOf(serving).some(({ name, builtIn }) => name === rule.name && !builtIn))
        throw new Problem(409, `there is a rule ${rule.name} already; PUT ${PATH}/${rule.name} replaces it`)
      await serving.writeRule(rule.name, rule)
      void reply.code(201)
      return rule
    }
  }),
  route({
    method: 'PUT',
    path: `${PATH}/:name`,
    summary: 'Makes a rule, or replaces the one of that name, built-in ones too',
    params: byName,
    body: BODY,
    answer: { status: 200, schema: schema.alertRule, says: 'the rule as it was written' },
    problems: [415],
    handle: async ({ params, body }) => {
      const rule = checked({ ...body, name: body.name ?? params.name })
      if (rule.name !== params.name) {
        const errors = [{ field: 'name', detail: `the address says ${params.name}` }]
        throw new Problem(400, 'this is not that rule: its name is another', errors)
      }
      await serving.writeRule(rule.name, rule)
      return rule
    }
  }),
  route({
    method: 'DELETE',
    path: `${PATH}/:name`,
    summary: 'Takes a rule away; what it left firing is resolved',
    params: byName,
    answer: { status: 204, says: 'it is gone' },
    problems: [404, 409],
    handle: async ({ params: { name }, reply }) => {
      if (found(serving, name).builtIn)
        throw new Problem(409, `${name} is built in; PUT ${PATH}/${name} with "enabled": false silences it`)
      await serving.writeRule(name, null)
      void reply.code(204)
      return reply.send()
    }
  })
]

/** The rules that raise alerts. */
export const ruleRoutes = (serving: Serving): readonly Route[] => [
  route({
    method: 'GET',
    path: PATH,
    summary: 'The rules: those that were written, and the built-in ones that nobody has replaced',
    query: z.strictObject({}),
    answer: { status: 200, schema: z.object({ rules: z.array(schema.alertRule) }), says: 'rules' },
    handle: () => ({ rules: rulesOf(serving) })
  }),
  route({
    method: 'GET',
    path: `${PATH}/:name`,
    summary: 'One rule',
    params: byName,
    answer: { status: 200, schema: schema.alertRule, says: 'the rule' },
    problems: [404],
    handle: ({ params }) => found(serving, params.name)
  }),
  ...changes(serving)
]
