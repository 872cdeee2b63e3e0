import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { rollingFile, startStage } from '../../src/up/process/stage-process.ts'
import { fakeClock } from '../support/fake-clock.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickstream-stage-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const runScript = async (name: string, script: string, env: Record<string, string> = {}) => {
  const program = join(folder, `${name}.mjs`)
  writeFileSync(program, script)
  const told: string[] = []
  const logPath = join(folder, `${name}.log`)
  const stage = startStage({ program, command: [], env, logPath, clock: fakeClock(), print: line => told.push(line) })
  return { exit: await stage.ended, told, log: readFileSync(logPath, 'utf8') }
}

describe('a stage as a process', () => {
  test('its whole log goes to a file; warnings, errors and plain words are told, a repetition once', async () => {
    const { told, log } = await runScript(
      'talks',
      `for (const level of [30, 40, 40, 50]) console.error(JSON.stringify({ level, msg: 'level ' + level }))
       console.error('plain words'); console.error('    at somewhere (file.js:1:1)'); console.log('{"port":1}')`
    )
    expect(told).toEqual(['level 40', 'level 50', 'plain words'])
    expect(log.trim().split('\n')).toHaveLength(7)
  })

  test('its exit code and its last words are known', async () => {
    const { exit } = await runScript('fails', `console.error('GRACE_MS is wrong'); process.exitCode = 2`)
    expect(exit).toEqual({ code: 2, lastMessage: 'GRACE_MS is wrong' })
  })

  test('it gets the settings that are meant for it', async () => {
    const { told } = await runScript('asks', `console.log('port ' + process.env.METRICS_PORT)`, {
      METRICS_PORT: '9464'
    })
    expect(told).toEqual(['port 9464'])
  })
})

describe('a rolling file', () => {
  test('keeps one older part, and no more than it should', () => {
    const path = join(folder, 'rolls.log')
    const file = rollingFile(path, 10)
    for (const text of ['first line\n', 'second line\n', 'third line\n']) file.append(text)
    file.close()
    expect(readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')).toBe('second line\nthird line\n')
  })
})
