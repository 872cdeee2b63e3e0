import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { claimDataFolder, emptyDataFolder, hasDataFolder } from '../../src/up/servers/data-folder.ts'

let parent: string
let folder: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tickstream-folder-'))
  folder = join(parent, 'data')
})
afterEach(() => rmSync(parent, { recursive: true }))

describe('the data folder', () => {
  test('is made, and given back', () => {
    const release = claimDataFolder(folder)
    expect(existsSync(join(folder, 'up.lock'))).toBe(true)
    release()
    expect(existsSync(join(folder, 'up.lock'))).toBe(false)
    expect(hasDataFolder(folder)).toBe(true)
  })

  test('with files of somebody else is refused and left alone', () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'thesis.txt'), 'dear to me')
    expect(() => claimDataFolder(folder)).toThrow(/was not made by/)
    expect(readdirSync(folder)).toEqual(['thesis.txt'])
  })

  test('that another `up` has is refused with its process id', () => {
    claimDataFolder(folder)
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'tickstream up'])
    writeFileSync(join(folder, 'up.lock'), String(other.pid))
    try {
      expect(() => claimDataFolder(folder)).toThrow(`process ${other.pid}`)
    } finally {
      other.kill('SIGKILL')
    }
  })

  test('whose holder is gone, or is another program by now, is free', () => {
    claimDataFolder(folder)
    for (const pid of ['999999999', '1', '']) {
      writeFileSync(join(folder, 'up.lock'), pid)
      expect(() => claimDataFolder(folder)).not.toThrow()
    }
  })

  test('is emptied but for downloads and the claim', () => {
    claimDataFolder(folder)
    for (const name of ['kafka', 'postgres', 'cache']) mkdirSync(join(folder, name))
    emptyDataFolder(folder)
    expect(readdirSync(folder).sort()).toEqual(['.tickstream-data', 'cache', 'up.lock'])
  })
})
