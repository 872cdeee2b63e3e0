import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { checkInflux } from '../../src/doctor/check-influx.ts'
import { readConfig } from '../../src/runtime/config/read-config.ts'
import { createLog } from '../../src/runtime/observe/log.ts'

const check = (env: Readonly<Record<string, string>>) =>
  checkInflux({ config: readConfig(env), log: createLog('test', 'silent'), signal: new AbortController().signal })

const answering = async (status: number) => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    response.writeHead(status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const findings = await check({ INFLUX_URL: `http://127.0.0.1:${port}`, INFLUX_TOKEN: 'secret' })
  server.close()
  return { asked, findings }
}

describe('what doctor says of InfluxDB', () => {
  test('without a URL the sink is off, which keeps no stage from working', async () => {
    expect(await check({})).toMatchObject([{ state: 'note', says: expect.stringContaining('off') }])
  })

  test('a server that takes the token is all right; it is asked to write nothing', async () => {
    const { asked, findings } = await answering(204)
    expect(findings).toMatchObject([{ state: 'ok' }])
    expect(asked).toEqual(['POST /api/v2/write?org=tickstream&bucket=crypto-data&precision=ms Token secret'])
  })

  test.each([
    [401, 'INFLUX_TOKEN'],
    [403, 'INFLUX_TOKEN'],
    [404, 'INFLUX_BUCKET']
  ])('an answer %d is missing something, with the setting to correct', async (status, setting) => {
    const { findings } = await answering(status)
    expect(findings).toMatchObject([{ state: 'missing', todo: expect.stringContaining(setting) }])
  })

  test.each([
    [200, 'INFLUX_URL'],
    [301, 'INFLUX_URL'],
    [400, 'INFLUX_URL'],
    [405, 'INFLUX_URL'],
    [503, 'log']
  ])('an answer %d is not that of an InfluxDB that takes points', async (status, todo) => {
    const { findings } = await answering(status)
    expect(findings).toMatchObject([{ state: 'missing', todo: expect.stringContaining(todo) }])
  })

  test('a server that is not there is missing', async () => {
    expect(await check({ INFLUX_URL: 'http://127.0.0.1:1' })).toMatchObject([{ state: 'missing' }])
  })
})
