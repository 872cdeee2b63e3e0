import { TickstreamError } from '../../market/error.ts'
import type { Expression } from './expression.ts'
import { type Macro, type Piece, parseTemplate } from './template.ts'

/** What a model or a test is rendered with. */
export type Setting = {
  /** Its own table. */
  readonly name: string
  readonly macros: ReadonlyMap<string, Macro>
  readonly incremental: boolean
  readonly environment: Readonly<Record<string, string>>
}

type Value = string | readonly string[]

/** SQL, the models it reads, and what its `config` says. */
export type Rendered = {
  readonly sql: string
  readonly refs: ReadonlySet<string>
  readonly config: ReadonlyMap<string, Value>
}

/** The schema that tables are made in. */
const SCHEMA = 'main'

type Arguments = ReadonlyMap<string, string>

const modelError = (problem: string): TickstreamError => new TickstreamError('TS-LAKE-MODEL', `lake models: ${problem}`)

class Renderer {
  readonly refs = new Set<string>()
  readonly config = new Map<string, Value>()
  readonly #setting: Setting

  constructor(setting: Setting) {
    this.#setting = setting
  }

  render(pieces: readonly Piece[], args: Arguments): string {
    return pieces.map(piece => this.#piece(piece, args)).join('')
  }

  #piece(piece: Piece, args: Arguments): string {
    if (piece.kind === 'text') return piece.text
    if (piece.kind === 'if') return this.render(this.#setting.incremental ? piece.incremental : piece.full, args)
    return this.#text(piece.expression, args)
  }

  #text(expression: Expression, args: Arguments): string {
    switch (expression.kind) {
      case 'text':
        return expression.text
      case 'joined':
        return expression.parts.map(part => this.#text(part, args)).join('')
      case 'name':
        return this.#name(expression.name, args)
      case 'call':
        return this.#call(expression, args)
      case 'list':
        throw modelError('a list stands where text belongs')
    }
  }

  #name(name: string, args: Arguments): string {
    const value = args.get(name)
    if (value !== undefined) return value
    if (name === 'this') return this.#setting.name
    if (name === 'this.schema') return SCHEMA
    throw modelError(`nothing is named ${name}`)
  }

  #call(call: Extract<Expression, { kind: 'call' }>, args: Arguments): string {
    if (call.name === 'config') return this.#configure(call.named, args)
    if (call.named.size > 0) throw modelError(`${call.name} takes no named arguments`)
    const values = call.args.map(value => this.#text(value, args))
    if (call.name === 'ref') return this.#ref(values)
    if (call.name === 'env_var') return this.#variable(values)
    return this.#macro(call.name, values)
  }

  #configure(named: ReadonlyMap<string, Expression>, args: Arguments): string {
    for (const [key, value] of named)
      this.config.set(
        key,
        value.kind === 'list' ? value.items.map(item => this.#text(item, args)) : this.#text(value, args)
      )
    return ''
  }

  #ref([name, ...more]: readonly string[]): string {
    if (name === undefined || more.length > 0) throw modelError('ref takes one name')
    this.refs.add(name)
    return name
  }

  /** They stand between quotes in SQL. */
  #variable([name = '', fallback]: readonly string[]): string {
    const value = this.#setting.environment[name] ?? fallback
    if (value === undefined) throw modelError(`${name} is not set`)
    return value.replaceAll("'", "''")
  }

  #macro(name: string, values: readonly string[]): string {
    const { macros } = this.#setting
    const macro = macros.get(`duckdb__${name}`) ?? macros.get(`default__${name}`) ?? macros.get(name)
    if (!macro) throw modelError(`there is no macro ${name}`)
    if (macro.parameters.length !== values.length)
      throw modelError(`${name} takes ${macro.parameters.length} arguments`)
    const args = new Map(macro.parameters.map((parameter, at) => [parameter, values[at]!]))
    return this.render(parseTemplate(macro.source), args)
  }
}

/** Makes SQL for DuckDB of the text of a model, a test or a hook. */
export const render = (source: string, setting: Setting): Rendered => {
  const renderer = new Renderer(setting)
  const sql = renderer.render(parseTemplate(source), new Map()).trim()
  return { sql, refs: renderer.refs, config: renderer.config }
}
