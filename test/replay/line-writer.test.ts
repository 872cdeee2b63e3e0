import { Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { lineWriter } from '../../src/replay/run/line-writer.ts'

const failing = (code: string): Writable =>
  new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })) })

describe('the output of a replay', () => {
  test('a slow reader is waited for', async () => {
    const taken: (() => void)[] = []
    const out = new Writable({ write: (_chunk, _encoding, done) => void taken.push(done) })
    const written = lineWriter(out).write('line\n')
    let isWritten = false
    void written.then(() => {
      isWritten = true
    })
    await new Promise(setImmediate)
    expect(isWritten).toBe(false)
    taken[0]?.()
    await written
  })

  test('a reader that has gone ends it without a word', async () => {
    const { write, gone } = lineWriter(failing('EPIPE'))
    await write('line\n')
    expect(gone.aborted).toBe(true)
  })

  test('an output that fails is an error', async () => {
    await expect(lineWriter(failing('ENOSPC')).write('line\n')).rejects.toThrow('ENOSPC')
  })
})
