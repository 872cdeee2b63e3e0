import { z } from 'zod'
import { type AlertRule, BUILT_IN_RULES } from '../../../market/records/alert/alert-rule.ts'
import { within } from '../../../runtime/within.ts'
import { checkAlertRule } from '../../../stream/codec/alert/check-alert-rule.ts'
import { alertRules } from '../../../topics.ts'
import { ageOf, type Serving } from '../../live/serving.ts'
import { type Route, route } from '../api/route.ts'
import * as schema from '../api/schemas.ts'
import { Problem } from '../problem.ts'

const PATH = '/api/v1/alert-rules'

type Listed = AlertRule & { readonly builtIn: boolean }

/** So long a request may wait for the rules to be read after a start, and for the broker to take a change. */
const WAIT_MS = 10_000
const LOOK_EVERY_MS = 50
const SOON = { 'retry-after': '1' }

const rulesOf = ({ liveTail, liveness }: Serving): readonly Listed[] => {
  if (!liveness.wasRead(alertRules.name))
    throw new Problem(503, `the rules are not known yet: ${liveness.problem() ?? 'they are being read'}`, [], SOON)
  const written = liveTail.rules().map(rule => ({ ...rule, builtIn: false }))
  const isFree = ({ name }: AlertRule): boolean => !written.some(rule => rule.name === name)
  return [...written, ...BUILT_IN_RULES.filter(isFree).map(rule => ({ ...rule, builtIn: true }))]
}

/** A change waits until the rules are known, not for all that is being read beside them; without a broker nothing can be written. */
const awaitRules = async ({ liveness, clock }: Serving): Promise<void> => {
  const until = clock.monotonicMs() + WAIT_MS
  while (!liveness.isRead(alertRules.name) || liveness.freshness().state === 'stalled') {
    if (liveness.freshness().state === 'stalled' || clock.monotonicMs() >= until)
      throw new Problem(503, `no rule can be written now: ${liveness.problem()}`, [], SOON)
    await clock.sleep(LOOK_EVERY_MS)
  }
}

const write = async (serving: Serving, name: string, rule: AlertRule | null): Promise<void> => {
  if (await within(WAIT_MS, serving.writeRule(name, rule), serving.clock)) return
  const detail = `the broker has not taken the change of ${name} within ${WAIT_MS / 1_000} s and may still do so; look at ${PATH} before you try again`
  throw new Problem(503, detail, [], SOON)
}

const byName = z.strictObject({ name: z.string().min(1).max(100).describe('name of the rule') })

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
  throw new Problem(
    400,
    `this is not a rule: ${errors.map(error => `${error.field} ${error.detail}`).join('; ')}`,
    errors
  )
}

const found = (serving: Serving, name: string): Listed => {
  const rule = rulesOf(serving).find(one => one.name === name)
  if (rule) return rule
  throw new Problem(404, `there is no rule ${JSON.stringify(name)}; GET /api/v1/alert-rules lists them`)
}

const changes = (serving: Serving): readonly Route[] => [
  route({
    id: 'createAlertRule',
    method: 'POST',
    path: PATH,
    summary: 'Makes a rule; it is in force within moments',
    body: BODY,
    answer: { status: 201, schema: schema.alertRule, says: 'the rule as it was written' },
    problems: [409, 415, 503],
    handle: async ({ body, reply }) => {
      const rule = checked(body)
      await awaitRules(serving)
      if (rulesOf(serving).some(({ name, builtIn }) => name === rule.name && !builtIn))
        throw new Problem(409, `there is a rule ${rule.name} already; PUT ${PATH}/${rule.name} replaces it`)
      await write(serving, rule.name, rule)
      void reply.code(201)
      return rule
    }
  }),
  route({
    id: 'putAlertRule',
    method: 'PUT',
    path: `${PATH}/:name`,
    summary: 'Makes a rule, or replaces the one of that name, built-in ones too',
    params: byName,
    body: BODY,
    answer: { status: 200, schema: schema.alertRule, says: 'the rule as it was written' },
    problems: [415, 503],
    handle: async ({ params, body }) => {
      const rule = checked({ ...body, name: body.name ?? params.name })
      if (rule.name !== params.name) {
        const errors = [{ field: 'name', detail: `the address says ${params.name}` }]
        throw new Problem(400, 'this is not that rule: its name is another', errors)
      }
      await awaitRules(serving)
      await write(serving, rule.name, rule)
      return rule
    }
  }),
  route({
    id: 'deleteAlertRule',
    method: 'DELETE',
    path: `${PATH}/:name`,
    summary: 'Takes a rule away; what it left firing is resolved',
    params: byName,
    answer: { status: 204, says: 'it is gone' },
    problems: [404, 409, 503],
    handle: async ({ params: { name }, reply }) => {
      await awaitRules(serving)
      if (found(serving, name).builtIn)
        throw new Problem(409, `${name} is built in; PUT ${PATH}/${name} with "enabled": false silences it`)
      await write(serving, name, null)
      void reply.code(204)
      return reply.send()
    }
  })
]

/** The rules that raise alerts. */
export const ruleRoutes = (serving: Serving): readonly Route[] => [
  route({
    id: 'listAlertRules',
    method: 'GET',
    path: PATH,
    summary: 'The rules: those that were written, and the built-in ones that nobody has replaced',
    query: z.strictObject({}),
    answer: {
      status: 200,
      schema: z.object({ rules: z.array(schema.alertRule).describe('all of them'), ...schema.age }),
      says: 'rules'
    },
    handle: () => ({ ...ageOf(serving), rules: rulesOf(serving) })
  }),
  route({
    id: 'getAlertRule',
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
