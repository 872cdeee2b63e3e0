import { connect } from 'node:net'

/** ApiVersions, version 0, correlation 1, no client id: the one request that every broker answers without a login. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff])
const ANSWER_WITHIN_MS = 2_000

/** True when a broker answers at this port of loopback; it does so only once it serves. */
export const kafkaAnswers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port, timeout: ANSWER_WITHIN_MS })
    const settle = (answer: boolean): void => {
      resolve(answer)
      socket.destroy()
    }
    socket.once('connect', () => socket.write(API_VERSIONS))
    socket.once('data', (bytes: Buffer) =>
      settle(bytes.length >= 10 && bytes.readInt32BE(4) === 1 && bytes.readInt16BE(8) === 0)
    )
    for (const event of ['error', 'timeout', 'close'] as const) socket.once(event, () => settle(false))
  })
