import { type Fields, fail, isFields } from '../../fields.ts'

/** What an answer of REST holds, whose status is 200 also where it refuses. Throws a `data` error for anything else. */
export const resultOf = (body: unknown): Fields =>
  isFields(body) && Array.isArray(body.error) && body.error.length === 0 && isFields(body.result)
    ? body.result
    : fail('answer', body, 'a result without an error')

/** The list of an answer about one pair, which has a name of its own there. */
export const rowsOf = (body: unknown): readonly unknown[] => {
  const lists = Object.entries(resultOf(body)).filter(([name]) => name !== 'last')
  const [, rows] = lists[0] ?? []
  return lists.length === 1 && Array.isArray(rows) ? rows : fail('result', body, 'the list of one pair')
}
