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

const wrong = (said: string): TickstreamError => new TickstreamError('TS-LAKE-MODEL', `lake models: ${said}`)

class Renderer {
  readonly refs = new Set<string>()
  readonly config = new Map<string, Value>()
  readonly #setting: Setting

  constructor(setting: Setting) {
    this.#setting = setting
  }

  render(pieces: readonly Piece[], given: Arguments): string {
    return pieces.map(piece => this.#piece(piece, given)).join('')
  }

  #piece(piece: Piece, given: Arguments): string {
    if (piece.kind === 'text') return piece.text
    if (piece.kind === 'if') return this.render(this.#setting.incremental ? piece.incremental : piece.whole, given)
    return this.#text(piece.expression, given)
  }

  #text(expression: Expression, given: Arguments): string {
    switch (expression.kind) {
      case 'text':
        return expression.text
      case 'joined':
        return expression.parts.map(part => this.#text(part, given)).join('')
      case 'name':
        return this.#name(expression.name, given)
      case 'call':
        return this.#call(expression, given)
      case 'list':
        throw wrong('a list stands where text belongs')
    }
  }

  #name(name: string, given: Arguments): string {
    const known = given.get(name)
    if (known !== undefined) return known
    if (name === 'this') return this.#setting.name
    if (name === 'this.schema') return SCHEMA
    throw wrong(`nothing is named ${name}`)
  }

  #call(call: Extract<Expression, { kind: 'call' }>, given: Arguments): string {
    if (call.name === 'config') return this.#configure(call.named, given)
    if (call.named.size > 0) throw wrong(`${call.name} takes no named arguments`)
    const values = call.given.map(value => this.#text(value, given))
    if (call.name === 'ref') return this.#ref(values)
    if (call.name === 'env_var') return this.#variable(values)
    return this.#macro(call.name, values)
  }

  #configure(named: ReadonlyMap<string, Expression>, given: Arguments): string {
    for (const [key, value] of named)
      this.config.set(
        key,
        value.kind === 'list' ? value.items.map(item => this.#text(item, given)) : this.#text(value, given)
      )
    return ''
  }

  #ref([name, ...more]: readonly string[]): string {
    if (name === undefined || more.length > 0) throw wrong('ref takes one name')
    this.refs.add(name)
    return name
  }

  /** They stand between quotes in SQL. */
  #variable([name = '', fallback]: readonly string[]): string {
    const value = this.#setting.environment[name] ?? fallback
    if (value === undefined) throw wrong(`${name} is not set`)
    return value.replaceAll("'", "''")
  }

  #macro(name: string, values: readonly string[]): string {
    const { macros } = this.#setting
    const macro = macros.get(`duckdb__${name}`) ?? macros.get(`default__${name}`) ?? macros.get(name)
    if (!macro) throw wrong(`there is no macro ${name}`)
    if (macro.parameters.length !== values.length) throw wrong(`${name} takes ${macro.parameters.length} arguments`)
    const given = new Map(macro.parameters.map((parameter, at) => [parameter, values[at]!]))
    return this.render(parseTemplate(macro.source), given)
  }
}

/** Makes SQL for DuckDB of the text of a model, a test or a hook. */
export const render = (source: string, setting: Setting): Rendered => {
  const renderer = new Renderer(setting)
  const sql = renderer.render(parseTemplate(source), new Map()).trim()
  return { sql, refs: renderer.refs, config: renderer.config }
}
