import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const HEAP = join(import.meta.dirname, '../../src/runtime/heap.ts')

/** Holds some 25 MB, keeps replacing a part of it, and prints the most that its heap took, in MiB. */
const churn = `
  const piece = () => Array.from({ length: 1_000 }, (_, n) => ({ n, text: 'x' + n }))
  const held = Array.from({ length: 300 }, piece)
  let most = 0
  for (let turn = 0; turn < 800; turn++) {
    for (let n = 0; n < 15; n++) held[(turn * 15 + n) % held.length] = piece()
    most = Math.max(most, process.memoryUsage().heapTotal)
    await new Promise(setImmediate)
  }
  console.log(most / 2 ** 20)
`

const mostOf = (program: string): number => {
  const args = ['--max-semi-space-size=1', '--input-type=module', '--eval', program]
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }))
}

describe('a process that keeps its garbage within bounds', () => {
  test('takes less memory for the same work', () => {
    const bounded = `import { keepGarbageWithin } from ${JSON.stringify(HEAP)}; keepGarbageWithin(${8 << 20});`
    expect(mostOf(bounded + churn)).toBeLessThan(0.75 * mostOf(churn))
  })
})
