import { afterEach, describe, expect, test } from '@jest/globals'
import { closeGateways, get, openGateway } from '../support/ask-gateway.ts'

afterEach(closeGateways)

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** Every object in a document, with where it stands. */
function* nodesOf(value: unknown, at = '#'): Generator<readonly [at: string, node: Node]> {
  if (!isNode(value)) return
  if (!Array.isArray(value)) yield [at, value]
  for (const [name, inner] of Object.entries(value)) yield* nodesOf(inner, `${at}/${name}`)
}

type Operation = {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly responses: Readonly<Record<string, { readonly content?: Node; readonly description: string }>>
}

const read = async () => {
  const { text } = await get(await openGateway(), '/openapi.json')
  const document = JSON.parse(text)
  const operations = Object.entries<Node>(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map(of => ({ path, ...(of as Operation) }))
  )
  return { document, operations, nodes: [...nodesOf(document)] }
}

const IDS = [
  ...[
    'listCandles',
    'downloadCandles',
    'listIndicators',
    'listKpis',
    'listPairs',
    'listComposites',
    'listAlerts',
    'listGaps'
  ],
  ...['listInstruments', 'getStatus', 'runBacktest', 'streamEvents'],
  ...['getInstrument', 'listAlertRules', 'getAlertRule', 'createAlertRule', 'putAlertRule', 'deleteAlertRule'],
  ...['binanceKlines', 'binancePing', 'binanceTime', 'binanceExchangeInfo'],
  ...['udfConfig', 'udfSymbol', 'udfSearch', 'udfHistory', 'udfTime']
]

describe('what clients are generated from', () => {
  test('names each endpoint for good, under a tag that is explained', async () => {
    const { document, operations } = await read()
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(IDS.toSorted())
    const tags = document.tags.map(({ name }: { name: string }) => name)
    expect([...new Set(operations.flatMap(of => of.tags))].sort()).toEqual(tags.toSorted())
    expect(operations.filter(({ tags: own }) => own.length !== 1)).toEqual([])
    expect(document.servers).toEqual([{ url: '/', description: expect.any(String) }])
  })

  test('describes every parameter, field, tag and schema', async () => {
    const { document, nodes } = await read()
    const fields = nodes.flatMap(([at, node]) =>
      isNode(node.properties) ? Object.entries(node.properties).map(([name, of]) => [`${at}/${name}`, of] as const) : []
    )
    const parameters = nodes.filter(([at, node]) => /\/parameters\/\d+$/.test(at) && 'in' in node)
    const named = Object.entries(document.components.schemas)
    expect([fields.length > 150, parameters.length > 40, named.length > 10]).toEqual([true, true, true])
    const silent = [...fields, ...parameters, ...named].filter(
      ([, of]) => !isNode(of) || typeof of.description !== 'string' || of.description.length < 3
    )
    expect(silent.map(([at]) => at)).toEqual([])
  })

  test('has a format for every number, wide enough for a time', async () => {
    const { nodes } = await read()
    const numbers = nodes.filter(([, { type }]) => [type].flat().some(one => one === 'integer' || one === 'number'))
    expect(numbers.length).toBeGreaterThan(60)
    const wrong = numbers.filter(
      ([, { type, format }]) => format !== ([type].flat().includes('integer') ? 'int64' : 'double')
    )
    expect(wrong.map(([at]) => at)).toEqual([])
  })

  test('says of a field that may be null what else it is, in one type', async () => {
    const { document, nodes } = await read()
    const { properties } = document.components.schemas.FeedStatus
    expect(properties.wholeTo).toMatchObject({ type: ['integer', 'null'], format: 'int64' })
    expect(nodes.filter(([, { anyOf }]) => JSON.stringify(anyOf)?.includes('"null"')).map(([at]) => at)).toEqual([])
  })

  test('lets answers have more fields than today, and requests no others', async () => {
    const { document } = await read()
    expect(document.components.schemas.Candle).not.toHaveProperty('additionalProperties')
    const { requestBody } = document.paths['/api/v1/backtests'].post
    expect(requestBody.content['application/json'].schema.additionalProperties).toBe(false)
  })

  test('says what every endpoint answers when something is wrong, in the shape that it has there', async () => {
    const { operations } = await read()
    const shapes = { '/api/v3': 'BinanceError', '/udf': 'UdfError', '/api/v1': 'Problem' }
    for (const { path, responses } of operations) {
      const wrong = Object.entries(responses).filter(([status]) => Number(status) >= 400)
      expect(wrong.map(([status]) => status)).toEqual(
        expect.arrayContaining(['400', '401', '403', '429', '500', '503'])
      )
      const [, shape] = Object.entries(shapes).find(([prefix]) => path.startsWith(prefix))!
      for (const [, { content, description }] of wrong) {
        expect(description.length).toBeGreaterThan(3)
        expect(JSON.stringify(content)).toContain(`#/components/schemas/${shape}"`)
      }
    }
  })

  test('names no schema that is not there', async () => {
    const { document, nodes } = await read()
    const named = nodes.flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref.split('/').at(-1)!] : []))
    expect(named.filter(name => !(name in document.components.schemas))).toEqual([])
  })

  test('says that candles are CSV as well', async () => {
    const { document } = await read()
    const { content } = document.paths['/api/v1/candles'].get.responses['200']
    expect(Object.keys(content)).toEqual(['application/json', 'text/csv'])
  })
})
