import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk that a test may fill. */
export type SmallDisk = {
  readonly folder: string
  /** Leaves so many bytes free. */
  readonly fill: (leaving: number) => void
  /** Gives back what was filled. */
  readonly free: () => void
  readonly remove: () => void
}

/** A disk in memory, of so many megabytes; null where it cannot be had: that takes root, on Linux. */
export const mountSmallDisk = (megabytes: number): SmallDisk | null => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-small-disk-'))
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder])
  if (status !== 0) {
    rmSync(folder, { recursive: true })
    return null
  }
  const ballast = join(folder, 'ballast')
  const fill = (leaving: number): void => {
    const { bavail, bsize } = statfsSync(folder)
    try {
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - leaving), 1))
    } catch {
      // Others were quicker to take the last of it: full as it is.
    }
  }
  const remove = (): void => {
    spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true, force: true })
  }
  return { folder, fill, free: () => rmSync(ballast, { force: true }), remove }
}
