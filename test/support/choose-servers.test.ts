import { describe, expect, test } from '@jest/globals'
import { chooseServers, type Machine } from './choose-servers.ts'

const IMAGES = ['kafka', 'postgres']
const MACHINE: Machine = {
  dockerVersion: async () => '28.0.0',
  hasImage: async () => true,
  pullImage: async () => 'no registry'
}
const NO_DOCKER: Machine = { ...MACHINE, dockerVersion: async () => null }
const NO_IMAGE: Machine = { ...MACHINE, hasImage: async name => name === 'kafka' }

describe('the servers of the tests', () => {
  test('run in containers where Docker answers and has the images', async () => {
    expect((await chooseServers('auto', IMAGES, MACHINE)).by).toBe('containers')
  })

  test('run in containers where the images can be pulled', async () => {
    const pulled: string[] = []
    const pullImage = async (name: string): Promise<null> => {
      pulled.push(name)
      return null
    }
    expect((await chooseServers('auto', IMAGES, { ...NO_IMAGE, pullImage })).by).toBe('containers')
    expect(pulled).toEqual(['postgres'])
  })

  test.each([
    ['Docker does not answer', NO_DOCKER],
    ['postgres is not here and cannot be pulled (no registry)', NO_IMAGE]
  ])('run without containers where %s', async (why, machine) => {
    expect(await chooseServers('auto', IMAGES, machine)).toEqual({ by: 'embedded', why })
  })

  test('run without containers where that is wanted, and Docker is not asked', async () => {
    const dockerVersion = () => Promise.reject(new Error('asked'))
    expect((await chooseServers('embedded', IMAGES, { ...MACHINE, dockerVersion })).by).toBe('embedded')
  })

  test('cannot be had when containers are wanted and there is no Docker: what to install is said', async () => {
    await expect(chooseServers('containers', IMAGES, NO_DOCKER)).rejects.toThrow(
      /Docker does not answer.*Install Docker.*TEST_KAFKA=embedded/
    )
  })

  test('cannot be had when containers are wanted and an image is missing: which one is said', async () => {
    await expect(chooseServers('containers', IMAGES, NO_IMAGE)).rejects.toThrow(/postgres.*no registry.*docker load/)
  })

  test('are none of a name that does not exist', async () => {
    await expect(chooseServers('kubernetes', IMAGES, MACHINE)).rejects.toThrow(/containers, embedded or auto/)
  })
})
