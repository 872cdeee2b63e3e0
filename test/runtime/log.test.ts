import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'

/** The log goes to the stderr of a process. */
const logged = (lines: string): readonly Record<string, unknown>[] => {
  const code = `
    import { createLog } from '${process.cwd()}/src/runtime/observe/log.ts'
    import { TickstreamError } from '${process.cwd()}/src/market/error.ts'
    const log = createLog('stage', 'info')
    ${lines}`
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })
  return stderr
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}

test('beside an error stands its code, and beside anything else none', () => {
  const [known, bug, plain] = logged(`
    log.warn({ err: new TickstreamError('TS-AWAY', 'away'), part: 'broker' }, 'waits')
    log.error(new TypeError('x'))
    log.info({ part: 'broker' }, 'goes on')`)
  expect(known).toMatchObject({ code: 'TS-AWAY', part: 'broker', msg: 'waits' })
  expect(bug).toMatchObject({ code: 'TS-BUG', msg: 'x' })
  expect(plain).not.toHaveProperty('code')
})
