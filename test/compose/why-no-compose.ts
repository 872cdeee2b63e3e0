import { spawnSync } from 'node:child_process'

const answers = (...args: readonly string[]): boolean => spawnSync('docker', args).status === 0

/** Why files cannot be held against Compose itself; null when they can. */
export const whyNoCompose = (): string | null => (answers('compose', 'version') ? null : 'there is no docker compose')

/** What a project is brought up from: the base of our own image, and those of the servers. */
const IMAGES = [
  'node:26-bookworm-slim',
  'apache/kafka:4.1.1',
  'postgres:18',
  'victoriametrics/victoria-metrics:v1.79.5'
]

/** Why no project can be brought up; null when it can. It is asked for by name, as it takes minutes; nothing is pulled. */
export const whyNoProject = (): string | null => {
  if (process.env.TEST_COMPOSE !== 'up') return 'it takes minutes; TEST_COMPOSE=up asks for it'
  if (!answers('version')) return 'Docker does not answer'
  const missing = IMAGES.filter(image => !answers('image', 'inspect', image))
  return missing.length > 0 ? `Docker has no ${missing.join(', ')}` : whyNoCompose()
}
