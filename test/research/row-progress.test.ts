import { describe, expect, test } from '@jest/globals'
import { createRowProgress } from '../../src/research/export/row-progress.ts'
import { fakeClock } from '../support/fake-clock.ts'

/** What was printed while portions of 100 rows came 300 ms apart. */
const printed = async (isTerminal: boolean, isWhole: boolean): Promise<readonly string[]> => {
  const clock = fakeClock()
  const said: string[] = []
  const progress = createRowProgress(clock, isTerminal, text => void said.push(text))
  for (let portion = 0; portion < 4; portion++) {
    await clock.sleep(300)
    progress.add(100)
  }
  progress.end(isWhole)
  return said
}

describe('progress of an export', () => {
  test('renews a line on a terminal, twice a second at most', async () => {
    const erase = '\r\u001b[K'
    expect(await printed(true, true)).toEqual([
      `${erase}200 rows, 333/s`,
      `${erase}400 rows, 333/s`,
      `${erase}400 rows, 333/s\n`
    ])
  })

  test('is one line at the end otherwise, which says when it was stopped', async () => {
    expect(await printed(false, true)).toEqual(['400 rows, 333/s\n'])
    expect(await printed(false, false)).toEqual(['400 rows, 333/s, stopped early\n'])
  })
})
