import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { expectClose } from '../../contract/indicator-contract.ts'
import type { LongRun } from './run-long.ts'

/** In a process of its own: the sandbox of the test runner makes arithmetic several times slower. */
const runLong = (steps: number): readonly LongRun[] =>
  JSON.parse(execFileSync(process.execPath, [join(import.meta.dirname, 'run-long.ts'), String(steps)]).toString())

test('after ten million candles no indicator has drifted', () => {
  const runs = runLong(10_000_000)
  expect(runs.length).toBe(9)
  for (const { found, wanted } of runs) {
    expect(wanted).not.toContain(null)
    expectClose(found, wanted)
  }
}, 120_000)
