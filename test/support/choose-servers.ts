import { dockerVersion, hasImage, pullImage } from './docker.ts'

/** What the servers of the tests run on. */
type ServersBy = 'containers' | 'embedded'

/** The choice, and why. */
export type ServersChoice = { readonly by: ServersBy; readonly why: string }

/** The machine, as the choice sees it. */
export type Machine = {
  readonly dockerVersion: () => Promise<string | null>
  readonly hasImage: (name: string) => Promise<boolean>
  /** Resolves to why it failed; null when the image is here. */
  readonly pullImage: (name: string, withinMs: number) => Promise<string | null>
}

const MACHINE: Machine = { dockerVersion, hasImage, pullImage }
const PULL_WITHIN_MS = { auto: 180_000, containers: 600_000 }

/**
 * By TEST_KAFKA: `containers`, `embedded`, or `auto`, which takes containers where Docker answers and the images are here or can be pulled.
 * Throws when the setting is none of these, or containers are wanted and cannot be had, with what to do.
 */
export const chooseServers = async (
  wanted = 'auto',
  images: readonly string[],
  machine = MACHINE
): Promise<ServersChoice> => {
  if (wanted === 'embedded') return { by: 'embedded', why: 'TEST_KAFKA=embedded' }
  if (wanted !== 'auto' && wanted !== 'containers')
    throw new Error(`TEST_KAFKA is containers, embedded or auto, not "${wanted}"`)
  const version = await machine.dockerVersion()
  const lack = version === null ? 'Docker does not answer' : await missing(images, PULL_WITHIN_MS[wanted], machine)
  if (lack === null) return { by: 'containers', why: `Docker ${version} answers and has the images` }
  if (wanted === 'auto') return { by: 'embedded', why: lack }
  throw new Error(`TEST_KAFKA=containers: ${lack}. ${version === null ? NO_DOCKER : NO_IMAGE}`)
}

const NO_DOCKER =
  'Install Docker (https://docs.docker.com/engine/install), start it, and let this user reach it; or set TEST_KAFKA=embedded'
const NO_IMAGE = 'Let Docker reach the registry, or load the image by `docker load`; or set TEST_KAFKA=embedded'

/** What cannot be had; null when all images are here. */
const missing = async (images: readonly string[], withinMs: number, machine: Machine): Promise<string | null> => {
  for (const image of images) {
    if (await machine.hasImage(image)) continue
    const problem = await machine.pullImage(image, withinMs)
    if (problem !== null) return `${image} is not here and cannot be pulled (${problem})`
  }
  return null
}
