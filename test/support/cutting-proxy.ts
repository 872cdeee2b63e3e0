import { startRelay } from './relay.ts'

/** Stands between a stage and its database, and takes answers away. */
export type CuttingProxy = {
  readonly url: string
  /** How many connections were cut after a COMMIT had reached the database and before its answer came back. */
  readonly cuts: () => number
  readonly close: () => Promise<void>
}

const COMMIT = Buffer.from('commit\0')

/** A proxy to the server of `url` that cuts every `nth` commit from its answer, `most` times. */
export const startCuttingProxy = async (url: string, nth: number, most: number): Promise<CuttingProxy> => {
  let commits = 0
  let cuts = 0
  const { port, close } = await startRelay(url, ({ client, server, end }) => {
    let isCut = false
    client.on('data', (bytes: Buffer) => {
      if (bytes.includes(COMMIT)) isCut = ++commits % nth === 0 && cuts < most
      server.write(bytes)
    })
    // The first thing that the database says after a commit is that it is done.
    server.on('data', bytes => {
      if (!isCut) return void client.write(bytes)
      cuts++
      end()
    })
  })
  const here = new URL(url)
  here.port = String(port)
  return { url: here.href, cuts: () => cuts, close }
}
