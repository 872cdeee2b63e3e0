import { spawnSync } from 'node:child_process'

/** Why a test that needs Docker and an image is left out; null when it can run. Nothing is pulled. */
export const whyNoDocker = (image: string): string | null => {
  if (process.env.TEST_KAFKA === 'embedded') return 'TEST_KAFKA=embedded'
  const { status, stdout } = spawnSync('docker', ['images', '--quiet', image], { encoding: 'utf8' })
  if (status !== 0) return 'Docker does not answer'
  return stdout === '' ? `Docker has no ${image}` : null
}
