import { TickstreamError } from '../../market/error.ts'

/** What stands between `{{` and `}}` in an SQL file, as far as these files use it. */
export type Expression =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'joined'; readonly parts: readonly Expression[] }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly Expression[]
      readonly named: ReadonlyMap<string, Expression>
    }

const TOKEN = /\s*(?:"([^"]*)"|'([^']*)'|(\d+)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|([()[\],=~]))/y

type Token = { readonly text: string; readonly kind: 'text' | 'name' | 'sign' }

const tokenAt = (match: RegExpExecArray): Token => {
  const [, double, single, number, name, sign] = match
  if (name !== undefined) return { kind: 'name', text: name }
  if (sign !== undefined) return { kind: 'sign', text: sign }
  return { kind: 'text', text: double ?? single ?? number ?? '' }
}

const unsupported = (source: string): TickstreamError =>
  new TickstreamError('TS-LAKE-MODEL', `{{ ${source.trim()} }} is more of Jinja than lake models may use`)

const tokensOf = (source: string): Token[] => {
  const tokens: Token[] = []
  const text = source.trimEnd()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (!match) throw unsupported(source)
    tokens.push(tokenAt(match))
  }
  return tokens
}

class Parser {
  readonly #tokens: Token[]
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = tokensOf(source)
  }

  parse(): Expression {
    const found = this.#joined()
    if (this.#at < this.#tokens.length) throw unsupported(this.#source)
    return found
  }

  #isSign(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead]
    return token?.kind === 'sign' && token.text === text
  }

  #accept(text: string): boolean {
    const isNext = this.#isSign(text)
    if (isNext) this.#at++
    return isNext
  }

  #joined(): Expression {
    const parts = [this.#single()]
    while (this.#accept('~')) parts.push(this.#single())
    return parts.length === 1 ? parts[0]! : { kind: 'joined', parts }
  }

  #single(): Expression {
    if (this.#accept('[')) return { kind: 'list', items: this.#until(']', () => this.#joined()) }
    const token = this.#tokens[this.#at++]
    if (!token || token.kind === 'sign') throw unsupported(this.#source)
    if (token.kind === 'text') return { kind: 'text', text: token.text }
    return this.#accept('(') ? this.#call(token.text) : { kind: 'name', name: token.text }
  }

  #call(name: string): Expression {
    const named = new Map<string, Expression>()
    const args: Expression[] = []
    this.#until(')', () => {
      const key = this.#tokens[this.#at]
      if (key?.kind === 'name' && this.#isSign('=', 1)) {
        this.#at += 2
        named.set(key.text, this.#joined())
      } else args.push(this.#joined())
    })
    return { kind: 'call', name, args, named }
  }

  #until<T>(end: string, read: () => T): readonly T[] {
    const items: T[] = []
    while (!this.#accept(end)) {
      if (items.length > 0 && !this.#accept(',')) throw unsupported(this.#source)
      items.push(read())
    }
    return items
  }
}

/** Throws `TS-DATA` for anything that is not understood. */
export const parseExpression = (source: string): Expression => new Parser(source).parse()
