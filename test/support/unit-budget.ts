import { afterAll, expect } from '@jest/globals'

/** Twice what is meant for a file, since a busy machine takes more for the same. */
const MAX_CPU_SECONDS = 10

const before = process.cpuUsage()

// CPU, unlike time, hardly depends on what else the machine does.
afterAll(() => {
  const { user, system } = process.cpuUsage(before)
  const seconds = (user + system) / 1e6
  if (seconds <= MAX_CPU_SECONDS) return
  const { testPath } = expect.getState()
  throw new Error(
    `${testPath} took ${seconds.toFixed(1)} s of CPU, a unit test ${MAX_CPU_SECONDS} at most: make it quicker, or name it in SLOW of test/support/unit-tests.ts`
  )
})
