import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Check, Finding } from './finding.ts'

const OLDEST_NODE = [22, 18] as const
const MIN_FREE_BYTES = 2 * 2 ** 30

/** Node and the disk. */
export const checkMachine: Check = async ({ config }) => [node(process.versions.node), await disk(config.dataDir)]

const node = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
  return ok
    ? { part: 'Node', state: 'ok', says: version }
    : {
        part: 'Node',
        state: 'missing',
        says: `${version} is too old`,
        todo: `run it with ${OLDEST_NODE.join('.')} or newer`
      }
}

const disk = async (folder: string): Promise<Finding> => {
  const { bavail, bsize } = await statfs(existing(folder))
  const free = bavail * bsize
  const says = `${(free / 2 ** 30).toFixed(1)} GiB free for ${folder}`
  if (free >= MIN_FREE_BYTES) return { part: 'Disk', state: 'ok', says }
  return { part: 'Disk', state: 'missing', says, todo: 'make room, or set DATA_DIR to a folder on a larger disk' }
}

const existing = (folder: string): string => (existsSync(folder) ? folder : existing(dirname(folder)))
