import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A way to an exchange's REST interface that lets so many requests through and holds the others. */
export type GatedRest = {
  readonly url: string
  /** Lets everything through from now on. */
  readonly open: () => void
  readonly close: () => Promise<void>
}

/** Whoever opens it closes it. */
export const openGatedRest = async (target: string, most: number): Promise<GatedRest> => {
  const opened = Promise.withResolvers<void>()
  let passed = 0
  const server = createServer(async (request, response) => {
    passed += 1
    if (passed > most) await opened.promise
    const answer = await fetch(target + request.url)
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(await answer.text())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    open: opened.resolve,
    close: async () => {
      opened.resolve()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
