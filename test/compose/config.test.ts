import { describe, expect, test } from '@jest/globals'
import { required, services } from './compose-file.ts'
import { compose, secrets } from './project.ts'
import { whyNoCompose } from './why-no-compose.ts'

const profiles = [...new Set(services.flatMap(of => of.profiles))]

/** Every set of profiles, the empty one first. */
const combinations = profiles.reduce<readonly (readonly string[])[]>(
  (sets, profile) => sets.concat(sets.map(set => set.concat(profile))),
  [[]]
)

const why = whyNoCompose()

;(why === null ? describe : describe.skip)(`docker compose${why ? ` (left out: ${why})` : ''}`, () => {
  test.each(combinations)('takes the file with the profiles [%s %s %s %s]', async (...chosen) => {
    const named = await compose({ ...secrets, COMPOSE_PROFILES: chosen.filter(Boolean).join() }, 'config', '--services')
    const due = services.filter(of => of.profiles.length === 0 || of.profiles.some(name => chosen.includes(name)))
    expect(named.split('\n').sort()).toEqual(due.map(({ name }) => name).sort())
  })

  test.each(required)('starts nothing without %s, and says so', async name => {
    await expect(compose({ ...secrets, [name]: '' }, 'config', '--quiet')).rejects.toThrow(
      new RegExp(`${name} is missing a value: .+ set it in \\.env`)
    )
  })
})
