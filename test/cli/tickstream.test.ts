import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { registry } from '../../src/cli/registry.ts'

const PROGRAM = resolve('src/cli/tickstream.ts')
const NAMES = registry.flatMap(({ names }) => names)

const start = (args: readonly string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, KAFKA_BROKERS: '', POSTGRES_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })

const run = async (args: readonly string[], env: Record<string, string> = {}) => {
  const child = start(args, env)
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}

/** What is said before the first line break of stdout or stderr that matches. */
const untilSaid = (child: ReturnType<typeof start>, pattern: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        said += part
        if (pattern.test(said)) resolve(said)
      })
    }
    child.once('close', () => reject(new Error(`it ended and said: ${said}`)))
  })

describe('the command line', () => {
  test('names every command with a summary', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    for (const name of NAMES) expect(out).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
  })

  test.each(NAMES)('%s --help explains it and exits with 0', async name => {
    const { code, out } = await run([...name.split(' '), '--help'])
    expect({ code, out: out.startsWith(`tickstream ${name}: `) }).toEqual({ code: 0, out: true })
  })

  test.each([['--version'], ['-v'], ['version'], ['ingest', '--version']])(
    '%j says which one this is',
    async (...args) => {
      const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
      expect(await run(args)).toEqual({ code: 0, out: `tickstream ${version}\n`, err: '' })
    }
  )

  test('every option of a command stands in its help', async () => {
    const commands = (await Promise.all(registry.map(({ load }) => load()))).flat()
    const silent = commands.flatMap(({ name, options, usage }) =>
      Object.keys(options)
        .filter(option => !usage.includes(`--${option}`))
        .map(option => `${name} --${option}`)
    )
    expect(silent).toEqual([])
  })

  test('an unknown command is wrong usage, and the nearest one is named', async () => {
    const { code, err } = await run(['ingst'])
    expect({ code, err }).toEqual({
      code: 2,
      err: 'tickstream: TS-CONFIG: there is no command "ingst"; did you mean ingest?\n'
    })
  })

  test('half a command is completed by what can follow', async () => {
    const { code, err } = await run(['topics'])
    expect(code).toBe(2)
    expect(err).toContain('topics apply, topics list, topics describe')
  })

  test('an unknown flag is wrong usage, and the nearest one is named', async () => {
    const { code, err } = await run(['up', '--sorce', 'auto'])
    expect(code).toBe(2)
    expect(err).toContain('did you mean --source?')
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  test('a word too many is wrong usage', async () => {
    expect(await run(['migrate', 'now'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('"now" is one word too many')
    })
  })

  test('all wrong settings are told at once', async () => {
    const { code, err } = await run(['ingest'], { GRACE_MS: 'soon', SYMBOLS: 'btc' })
    expect(code).toBe(2)
    expect(err).toContain('GRACE_MS: "soon"')
    expect(err).toContain('SYMBOLS: "btc"')
  })

  test('a stage without a broker says which setting is missing', async () => {
    expect(await run(['aggregate'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('KAFKA_BROKERS is not set')
    })
  })

  test('a broker that does not answer is one clear line and exit code 1', async () => {
    const { code, err } = await run(['topics', 'list'], { KAFKA_BROKERS: '127.0.0.1:1' })
    expect(code).toBe(1)
    expect(err).toMatch(/^tickstream: TS-KAFKA-AWAY: no Kafka broker answers .*KAFKA_BROKERS\n$/)
  })

  test('a stage whose metrics port is taken says so and ends with 1', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = address && typeof address === 'object' ? address.port : 0
    const { code, err } = await run(['aggregate'], { METRICS_PORT: String(port), KAFKA_BROKERS: '127.0.0.1:1' })
    blocker.close()
    expect(code).toBe(1)
    expect(err).toContain(`port ${port} cannot be used`)
  })

  test('the first signal stops a command cleanly', async () => {
    const child = start(['simulate', '--port', '0'])
    await untilSaid(child, /127\.0\.0\.1:\d+/)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('a simulated venue says which settings lead there', async () => {
    const child = start(['simulate', '--venue', 'kraken'])
    const said = await untilSaid(child, /127\.0\.0\.1:\d+/)
    child.kill('SIGTERM')
    await once(child, 'exit')
    const { venue, ws, rest, settings } = JSON.parse(said)
    expect([venue, settings]).toEqual(['kraken', { KRAKEN_WS_URL: ws, KRAKEN_REST_URL: rest }])
  })

  test('a simulated venue lists those of SYMBOLS that are its own, simulated or not', async () => {
    for (const own of ['kraken:BTC/USD:BTC', 'sim-kraken:BTC/USD:BTC']) {
      const { code, err } = await run(['simulate', '--venue', 'kraken'], { SYMBOLS: `binance:ETH/USDT,${own}` })
      expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('BTC/USD:BTC is no instrument of kraken') })
    }
  })

  test.each([
    [['--venue', 'nowhere'], '--venue nowhere is unknown; it is one of binance, '],
    [
      ['--venue', 'kraken', '--symbols', 'BTC/USDT:USDT'],
      'BTC/USDT:USDT is no instrument of kraken; write it as BTC/USD'
    ],
    [['--venue', 'kraken', '--symbols', 'sim-kraken:BTC/USDT:USDT'], ': BTC/USDT:USDT is no instrument of kraken'],
    [['--venue', 'kraken', '--frames', 'a.gz'], '--frames are those of binance'],
    [['--venue', 'kraken', '--fault', 'depthGap:at=1'], "goes with the books of Binance's markets alone"],
    [['--symbols', 'BTC/USDT', '--fault', 'halt:at=1,symbol=ETH/USDT'], 'none of those that are simulated']
  ])('simulate %j is refused, and says why', async (options, why) => {
    expect(await run(['simulate', ...options])).toMatchObject({ code: 2, err: expect.stringContaining(why) })
  })
})
