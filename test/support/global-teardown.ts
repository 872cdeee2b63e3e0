/** Once after all tests: ends what they asked for. */
const globalTeardown = async (): Promise<void> => {
  await globalThis.tickstreamKeeper?.close()
}

export default globalTeardown
