import { type Fields, fail, isFields } from '../../fields.ts'

/** What an answer holds, whose status is 200 also where it refuses. Throws `TS-DATA` for anything else. */
export const resultOf = (body: unknown): Fields =>
  isFields(body) && body.retCode === 0 && isFields(body.result) ? body.result : fail('answer', body, 'a result')

/** The list of an answer. */
export const listOf = (body: unknown): readonly unknown[] => {
  const { list } = resultOf(body)
  return Array.isArray(list) ? list : fail('list', list, 'a list')
}
