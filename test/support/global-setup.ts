import { type Keeper, keepServers } from './server-keeper.ts'

declare global {
  var tickstreamKeeper: Keeper | undefined
}

/** Once before all tests. Starts nothing yet. */
const globalSetup = async (): Promise<void> => {
  globalThis.tickstreamKeeper = await keepServers()
  process.env.TICKSTREAM_TEST_SERVERS = globalThis.tickstreamKeeper.url
}

export default globalSetup
