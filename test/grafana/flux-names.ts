import { parse } from '@influxdata/flux-lsp-node'

/** The names that a Flux query speaks of. */
export type FluxNames = {
  readonly measurements: readonly string[]
  /** Values that `_field` is compared with. */
  readonly fields: readonly string[]
  /** Columns of a row that are compared with a text, and columns of a schema query. */
  readonly compared: readonly string[]
  /** Columns that are read, kept, sorted or grouped by. */
  readonly columns: readonly string[]
  /** Fields and columns that the query makes itself. */
  readonly made: readonly string[]
}

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

const nodesIn = (value: unknown): readonly Node[] =>
  isNode(value) ? [value, ...Object.values(value).flatMap(nodesIn)] : []

const ofType = (nodes: readonly Node[], type: string): readonly Node[] => nodes.filter(node => node.type === type)

const child = (node: unknown, name: string): unknown => (isNode(node) ? node[name] : undefined)

const nameOf = (node: unknown): string => String(child(node, 'name') ?? child(node, 'value'))

/** `r` in `r.close` and `r["close"]`. */
const isOfRow = (node: unknown): boolean =>
  child(node, 'type') === 'MemberExpression' && nameOf(child(node, 'object')) === 'r'

const textsIn = (value: unknown): readonly string[] => ofType(nodesIn(value), 'StringLiteral').map(nameOf)

const comparisons = (nodes: readonly Node[]): readonly (readonly [string, string])[] =>
  ofType(nodes, 'BinaryExpression')
    .filter(
      ({ operator, left, right }) => operator === '==' && isOfRow(left) && child(right, 'type') === 'StringLiteral'
    )
    .map(({ left, right }) => [nameOf(child(left, 'property')), nameOf(right)] as const)

type Argument = { readonly call: string; readonly name: string; readonly value: unknown }

const argumentsOf = ({ callee, arguments: given }: Node): readonly Argument[] =>
  ofType(Array.isArray(given) ? given : [], 'ObjectExpression')
    .flatMap(({ properties }) => (Array.isArray(properties) ? properties : []))
    .map(property => ({
      call: nameOf(child(callee, 'property') ?? callee),
      name: nameOf(child(property, 'key')),
      value: child(property, 'value')
    }))

/** Columns of the records that a function makes: `({r with width: …})`; a text under `_field` is a field's name. */
const recordNames = (nodes: readonly Node[]): readonly string[] =>
  ofType(ofType(nodes, 'FunctionExpression').flatMap(nodesIn), 'ParenExpression')
    .flatMap(({ expression }) => nodesIn(child(expression, 'properties')))
    .filter(({ type }) => type === 'Property')
    .flatMap(({ key, value }) => [nameOf(key), ...(nameOf(key) === '_field' ? textsIn(value) : [])])

const READS = ['keep', 'drop', 'group', 'sort', 'pivot']

/** Reads a query's syntax tree. */
export const fluxNames = (query: string): FluxNames => {
  const nodes = nodesIn(parse(query))
  const compared = comparisons(nodes)
  // Behind a pipe a call has no type.
  const given = nodes.filter(({ callee }) => isNode(callee)).flatMap(argumentsOf)
  const texts = (calls: readonly string[], names: readonly string[]): readonly string[] =>
    given
      .filter(({ call, name }) => calls.includes(call) && names.includes(name))
      .flatMap(({ value }) => textsIn(value))
  const withText = (name: string): readonly string[] =>
    compared.filter(([left]) => left === name).map(([, right]) => right)
  return {
    measurements: withText('_measurement'),
    fields: withText('_field'),
    compared: [...compared.map(([left]) => left), ...texts(['tagValues'], ['tag'])],
    columns: [
      ...ofType(nodes, 'MemberExpression')
        .filter(isOfRow)
        .map(({ property }) => nameOf(property)),
      ...texts(READS, ['columns', 'rowKey', 'columnKey', 'valueColumn'])
    ],
    made: [...texts(['set'], ['value']), ...texts(['rename'], ['columns']), ...recordNames(nodes)]
  }
}
