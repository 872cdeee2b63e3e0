import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { registry } from '../../src/cli/registry.ts'
import { EXCHANGES } from '../../src/exchange/registry.ts'
import { STAGE_FLAGS } from '../../src/runtime/heap.ts'
import { type ComposeService, required, secretVariables, services } from './compose-file.ts'

const commands = registry.flatMap(({ names }) => names)

const commandOf = ({ command }: ComposeService): string =>
  commands.find(name => [...command, ''].join(' ').startsWith(`${name} `)) ?? command.join(' ')

const ours = services.filter(({ image }) => image === 'tickstream')
const stages = ours.filter(({ healthcheck }) => healthcheck)
const lasting = services.filter(({ restart }) => restart === 'unless-stopped')
const jobs = services.filter(({ restart }) => restart !== 'unless-stopped')

const names = (of: readonly ComposeService[]): readonly string[] => of.map(({ name }) => name)

/** Where exchanges are reached, as far as settings say so. */
const baseSettings = EXCHANGES.flatMap(({ urls }) => [urls.ws.setting, urls.rest.setting])

const text = readFileSync('docker-compose.yml', 'utf8')
const example = parseEnv(readFileSync('.env.example', 'utf8'))
/** Name and the default behind `:-`, of every variable that the file asks for. */
const asked = [...text.matchAll(/\$\{(\w+)(?::-([^}]*))?/g)].map(([, name, fallback]) => ({ name: name!, fallback }))

describe('docker-compose.yml', () => {
  test('names its images with the version that was tried', () => {
    const others = services.filter(({ image }) => image !== 'tickstream').map(({ image }) => image)
    expect(others.filter(image => !/:v?\d+(\.\d+)*$/.test(image))).toEqual([])
  })

  test('has a health check for everything that lasts, and none for a job', () => {
    expect(names(lasting.filter(({ healthcheck }) => !healthcheck))).toEqual([])
    expect(names(jobs.filter(({ healthcheck }) => healthcheck))).toEqual([])
    expect(names(jobs.filter(({ restart }) => !/^on-failure:\d+$/.test(restart)))).toEqual([])
  })

  test('asks every stage itself whether it can do its work', () => {
    const asking = stages.filter(
      ({ environment, healthcheck }) =>
        healthcheck!.test.join(' ').includes(`127.0.0.1:${environment.METRICS_PORT}/readyz`) === false
    )
    expect(names(asking)).toEqual(['simulate'])
  })

  test('waits for servers until they are healthy, and for jobs until they are done', () => {
    const wrong = services.flatMap(({ name, depends_on }) =>
      Object.entries(depends_on)
        .filter(([on, { condition }]) => {
          const job = jobs.some(({ name: of }) => of === on)
          return condition !== (job ? 'service_completed_successfully' : 'service_healthy')
        })
        .map(([on]) => `${name} waits for ${on}`)
    )
    expect(wrong).toEqual([])
  })

  test('needs nothing of a profile where the profile is off', () => {
    const profileOf = new Map(services.map(({ name, profiles }) => [name, profiles]))
    const wrong = services.flatMap(({ name, profiles, depends_on }) =>
      Object.entries(depends_on)
        .filter(([on, { required: must }]) => {
          const of = profileOf.get(on)!
          return must !== (of.length === 0 || of.join() === profiles.join())
        })
        .map(([on]) => `${name} and ${on}`)
    )
    expect(wrong).toEqual([])
  })

  test('lets this machine in through its own loopback alone', () => {
    const published = services.flatMap(({ ports }) => ports)
    expect(published.length).toBeGreaterThan(0)
    expect(published.filter(port => !/^127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+$/.test(port))).toEqual([])
    expect(names(ours.filter(({ ports }) => ports.length > 0))).toEqual(['serve'])
  })

  test('takes every right away that is not needed', () => {
    const free = services.filter(
      ({ cap_drop, security_opt, init }) =>
        cap_drop.join() !== 'ALL' || security_opt.join() !== 'no-new-privileges:true' || !init
    )
    expect(names(free)).toEqual([])
    expect(names(services.filter(({ cap_add }) => cap_add.length > 0))).toEqual(['postgres', 'influxdb'])
    const open = ours.filter(({ read_only, cap_add }) => !read_only || cap_add.length > 0)
    expect(names(open)).toEqual([])
    expect(names(ours.filter(({ volumes }) => volumes.join() !== 'market:/market:ro'))).toEqual([
      'market',
      'market-simulated',
      'sink-lake'
    ])
  })

  test('gives what lasts the time to end in order', () => {
    expect(names(lasting.filter(({ stop_grace_period }) => stop_grace_period !== '30s'))).toEqual([])
  })

  test('mounts what is in this folder', () => {
    const mounted = services.flatMap(({ volumes }) => volumes.filter(volume => volume.startsWith('./')))
    expect(mounted.length).toBeGreaterThan(0)
    expect(mounted.filter(volume => !existsSync(volume.split(':')[0]!) || !volume.endsWith(':ro'))).toEqual([])
  })
})

describe('its stages', () => {
  test('run commands that there are', () => {
    const run = ours.filter(({ entrypoint }) => !entrypoint)
    expect(run.map(commandOf).filter(command => !commands.includes(command))).toEqual([])
  })

  test('are called as their folders and consumer groups are: the words of the command', () => {
    const astray = stages.filter(stage => stage.name.replace(/-\d+$/, '') !== commandOf(stage).replaceAll(' ', '-'))
    expect(names(astray)).toEqual([])
    expect(stages.map(({ command }) => command[0]!).filter(room => !existsSync(`src/${room}`))).toEqual([])
  })

  test('know no market but the one that a job wrote for all of them', () => {
    const words = ['SYMBOLS', 'PAIRS', ...baseSettings]
    expect(names(stages.filter(({ environment }) => words.some(word => word in environment)))).toEqual([])
    const market = services.find(({ name }) => name === 'market')
    expect(words.filter(word => !(word in (market?.environment ?? {})))).toEqual([])
  })

  test('are told all settings by which they could differ from `tickstream up`', () => {
    const TOLD_OTHERWISE =
      /^(KAFKA_|POSTGRES_URL|SYMBOLS$|PAIRS$|[A-Z]+_(WS|REST)_URL$|INFLUX_|ALERT_|DATA_DIR|METRICS_PORT|HTTP_|API_|LAKE_|AWS_)/
    const own = readFileSync('.env.example', 'utf8').split('`docker compose up` alone')[0]!
    const due = Object.keys(parseEnv(own)).filter(name => !TOLD_OTHERWISE.test(name))
    expect(due.length).toBeGreaterThan(5)
    expect(names(stages.filter(({ environment }) => due.some(name => !(name in environment))))).toEqual([])
  })
})

describe('the sink of the lake', () => {
  const { environment, profiles, volumes } = services.find(({ name }) => name === 'sink-lake')!

  test('is a profile of its own, and writes to a volume unless it is told another place', () => {
    expect(profiles).toEqual(['lake'])
    expect(environment.LAKE_DIR).toBe(`\${LAKE_DIR:-/lake}`)
    expect(volumes).toEqual(['market:/market:ro', `\${LAKE_VOLUME:-lake}:/lake`])
    expect(text).toMatch(/^volumes:\n(?: {2}[a-z0-9-]+:\n)* {2}lake:\n/m)
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^RUN install -d -o node -g node .*\/lake$/m)
  })

  test('is told all settings of a lake', () => {
    const own = readFileSync('.env.example', 'utf8').split('`docker compose up` alone')[0]!
    const due = Object.keys(parseEnv(own)).filter(name => /^(LAKE|AWS)_/.test(name))
    expect(due.length).toBeGreaterThan(5)
    expect(due.filter(name => !String(environment[name]).startsWith(`\${${name}:-`))).toEqual([])
  })
})

describe('its variables', () => {
  test('that are secrets are required, and never defaulted', () => {
    // Keys of a bucket are for those who have one.
    const secrets = asked.filter(({ name }) => /PASSWORD|TOKEN/.test(name) && !name.startsWith('AWS_'))
    expect([...new Set([...secrets.map(({ name }) => name), ...secretVariables])].sort()).toEqual([...required].sort())
    expect(secrets.filter(({ fallback }) => fallback !== undefined)).toEqual([])
    expect(required.filter(name => example[name] !== '')).toEqual([])
  })

  test('stand in .env.example, with the same defaults', () => {
    const PORTS_OF_SCALE = ['KAFKA_2_PORT', 'KAFKA_3_PORT', 'KAFKA_HEAP_OPTS']
    const missing = asked.filter(({ name }) => !(name in example) && name !== 'PAIRS')
    expect([...new Set(missing.map(({ name }) => name))].sort()).toEqual([...PORTS_OF_SCALE].sort())
    const INSIDE = ['SYMBOLS', 'PAIRS', 'LAKE_DIR']
    const other = asked.filter(
      ({ name, fallback }) => fallback && name in example && example[name] !== fallback && !INSIDE.includes(name)
    )
    expect(other).toEqual([])
  })
})

describe('the Dockerfile', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8')

  test('asks no registry for more than its base, and ends as a user without rights', () => {
    expect([...new Set([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image))]).toEqual([
      'node:26-bookworm-slim'
    ])
    expect(dockerfile).not.toMatch(/^# *syntax=|<<|@sha256:/m)
    expect([...dockerfile.matchAll(/^USER (.+)$/gm)].map(([, user]) => user)).toEqual(['node'])
  })

  test('runs the file that the package names as its command, with the flags that every stage has', () => {
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8'))
    const words = ['node', ...STAGE_FLAGS, `/app/${bin.tickstream}`]
    expect(dockerfile).toContain(`ENTRYPOINT [${words.map(word => `"${word}"`).join(', ')}]`)
  })

  test('takes of this folder only what it copies', () => {
    const taken = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter(line => line && !line.startsWith('#'))
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) => paths!.split(' '))
    expect(taken[0]).toBe('*')
    expect(taken.slice(1).sort()).toEqual([...new Set(copied)].map(path => `!${path}`).sort())
  })
})
