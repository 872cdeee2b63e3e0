import { TickstreamError } from '../../market/error.ts'
import { type Expression, parseExpression } from './expression.ts'

/** A piece of an SQL file: text as it is, something to fill in, or what stands there on an incremental run only. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fill'; readonly expression: Expression }
  | { readonly kind: 'if'; readonly incremental: readonly Piece[]; readonly full: readonly Piece[] }

/** A macro of `macros/`. */
export type Macro = { readonly name: string; readonly parameters: readonly string[]; readonly source: string }

const MARK = /\{#[\s\S]*?#\}|\{%[\s\S]*?%\}|\{\{(?:"[^"]*"|'[^']*'|[^"'])*?\}\}/g
const MACRO = /\{% macro (\w+)\(([\w, ]*)\) %\}([\s\S]*?)\{% endmacro %\}/g
const COMMENT = /\{#[\s\S]*?#\}/g

type Frame = { incremental: Piece[]; full: Piece[]; isElse: boolean }

const refuse = (what: string): TickstreamError =>
  new TickstreamError('TS-LAKE-MODEL', `${what} is more of Jinja than lake models may use`)

class Builder {
  readonly #frames: Frame[] = [{ incremental: [], full: [], isElse: false }]

  add(piece: Piece): void {
    const frame = this.#frames.at(-1)!
    const into = frame.isElse ? frame.full : frame.incremental
    into.push(piece)
  }

  statement(text: string): void {
    const frame = this.#frames.at(-1)!
    const isInner = this.#frames.length > 1
    if (text === 'if is_incremental()') this.#frames.push({ incremental: [], full: [], isElse: false })
    else if (text === 'else' && isInner && !frame.isElse) frame.isElse = true
    else if (text === 'endif' && isInner) {
      this.#frames.pop()
      this.add({ kind: 'if', incremental: frame.incremental, full: frame.full })
    } else throw refuse(`{% ${text} %}`)
  }

  pieces(): readonly Piece[] {
    if (this.#frames.length > 1)
      throw new TickstreamError('TS-LAKE-MODEL', 'an {% if %} of a lake model has no {% endif %}')
    return this.#frames[0]!.incremental
  }
}

const addMark = (builder: Builder, mark: string): void => {
  const inner = mark.slice(2, -2).trim()
  if (mark.startsWith('{{')) builder.add({ kind: 'fill', expression: parseExpression(inner) })
  else if (mark.startsWith('{%')) builder.statement(inner)
}

const addText = (builder: Builder, text: string): void => {
  if (/\{\{|\{%|\{#|%\}|#\}/.test(text)) throw refuse(JSON.stringify(text.slice(0, 80)))
  if (text !== '') builder.add({ kind: 'text', text })
}

/** Reads the text of a model, a test or a macro. Throws `TS-DATA` for any construct but the few that are used. */
export const parseTemplate = (source: string): readonly Piece[] => {
  const builder = new Builder()
  let at = 0
  for (const match of source.matchAll(MARK)) {
    addText(builder, source.slice(at, match.index))
    addMark(builder, match[0])
    at = match.index + match[0].length
  }
  addText(builder, source.slice(at))
  return builder.pieces()
}

/** The macros of a file, which holds nothing else. */
export const parseMacros = (source: string): readonly Macro[] => {
  const code = source.replaceAll(COMMENT, '')
  const left = code.replaceAll(MACRO, '').trim()
  if (left !== '') throw refuse(JSON.stringify(left.slice(0, 80)))
  return [...code.matchAll(MACRO)].map(([, name, parameters, body]) => ({
    name: name!,
    parameters: parameters!.split(',').flatMap(word => word.trim() || []),
    source: body!
  }))
}
