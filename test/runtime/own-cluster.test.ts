import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { clusterAt } from '../../src/up/servers/kafka/kafka-answers.ts'
import { ownClusterAnswers } from '../../src/up/servers/kafka/own-cluster.ts'

const open: Server[] = []

afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

const text = (said: string | null): Buffer => {
  if (said === null) return Buffer.from([0xff, 0xff])
  const bytes = Buffer.from(said)
  return Buffer.concat([Buffer.from([0, bytes.length]), bytes])
}

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** Metadata, version 2, as a broker of the cluster answers it. */
const metadata = (cluster: string | null, brokers = 1): Buffer => {
  const listed = Array.from({ length: brokers }, (_, n) => [int(n), text('127.0.0.1'), int(9092), text(null)]).flat()
  const body = Buffer.concat([int(1), int(brokers), ...listed, text(cluster), int(1), int(0)])
  return Buffer.concat([int(body.length), body])
}

/** A port at which `said` is answered to whatever is asked, in the pieces given. */
const portThatSays = async (...said: readonly Buffer[]): Promise<number> => {
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      for (const part of said) socket.write(part)
    })
  }).listen(0, '127.0.0.1')
  open.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe('whose broker answers', () => {
  test('is known by its cluster, however its answer comes', async () => {
    const answer = metadata('mine', 3)
    expect(await clusterAt(await portThatSays(answer))).toBe('mine')
    expect(await clusterAt(await portThatSays(answer.subarray(0, 7), answer.subarray(7)))).toBe('mine')
  })

  test('another one at our port is refused in words, before anything is written to it', async () => {
    const port = await portThatSays(metadata('of-somebody-else'))
    await expect(ownClusterAnswers(port, 'mine')).rejects.toThrow(
      `another Kafka answers at 127.0.0.1:${port} (cluster of-somebody-else; ours is mine); nothing was written to it`
    )
    expect(await ownClusterAnswers(await portThatSays(metadata('mine')), 'mine')).toBe(true)
  })

  test.each([
    ['no Kafka at all', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a broker that knows of no broker yet', metadata('mine', 0)],
    ['one without a cluster', metadata(null)],
    ['an answer that is cut', metadata('mine').subarray(0, 20)]
  ])('%s is none', async (_what, said) => {
    const server = await portThatSays(said)
    const cut = open.at(-1)!
    cut.on('connection', socket => socket.once('data', () => socket.end()))
    expect(await ownClusterAnswers(server, 'mine')).toBe(false)
  })
})
