import { describe, expect, test } from '@jest/globals'
import { render, type Setting } from '../../src/lake/model/render.ts'
import { parseMacros } from '../../src/lake/model/template.ts'

const macrosOf = (source: string) => new Map(parseMacros(source).map(macro => [macro.name, macro]))

const setting = (of: Partial<Setting> = {}): Setting => ({
  name: 'mine',
  macros: new Map(),
  incremental: false,
  environment: {},
  ...of
})

const sql = (source: string, of: Partial<Setting> = {}): string => render(source, setting(of)).sql

describe('the SQL files of a lake', () => {
  test('ref, this and env_var are filled in, and what a model reads is known', () => {
    const made = render(
      `select * from {{ ref('other') }}, {{ this }}, {{ this.schema }}.t where a = '{{ env_var('A') }}'`,
      setting({ environment: { A: "it's" } })
    )
    expect(made.sql).toBe(`select * from other, mine, main.t where a = 'it''s'`)
    expect([...made.refs]).toEqual(['other'])
  })

  test('a config may hold what is filled in later', () => {
    const { sql: text, config } = render(
      `{{ config(materialized='incremental', unique_key=['a', 'b'], pre_hook="{{ before() }}") }}\nselect 1`,
      setting()
    )
    expect(text).toBe('select 1')
    expect(Object.fromEntries(config)).toEqual({
      materialized: 'incremental',
      unique_key: ['a', 'b'],
      pre_hook: '{{ before() }}'
    })
  })

  test('an if is for incremental runs, and its else for the others', () => {
    const source = 'a{% if is_incremental() %} more{% else %} all{% endif %} z'
    expect(sql(source, { incremental: true })).toBe('a more z')
    expect(sql(source)).toBe('a all z')
  })

  test("DuckDB's macro goes before the default one, and both before the one that dispatches", () => {
    const macros = macrosOf(
      `{% macro f(x) %}{{ return(adapter.dispatch('f')(x)) }}{% endmacro %}{% macro default__f(x) %}d {{ x }}{% endmacro %}
       {% macro duckdb__f(x) %}duck {{ x ~ '_1' }}{% endmacro %}{% macro default__g() %}{{ f('b') }}{% endmacro %}`
    )
    expect(sql(`{{ f('a') }}, {{ g() }}`, { macros })).toBe('duck a_1, duck b_1')
  })

  test.each([
    '{% for x in y %}{% endfor %}',
    '{% if x %}{% endif %}',
    '{% if is_incremental() %}',
    '{% else %}',
    '{% set x = 1 %}',
    '{{ x }}',
    '{{ x | upper }}',
    '{{ unknown() }}',
    "{{ ref('a', 'b') }}",
    "{{ env_var('NOT_SET') }}",
    '{{ unclosed',
    "{{ ref('a'"
  ])('%s is refused', source => {
    expect(() => sql(source)).toThrow(/lake model/)
  })
})
