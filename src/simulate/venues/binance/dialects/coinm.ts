import { askedAt } from './dialect.ts'
import { futuresDialect } from './futures.ts'

/** COIN-M futures, which are settled in their base currency: sizes are in contracts. Its sockets have no routes. */
export const binanceCoinm = futuresDialect({
  prefix: '/dapi/v1/',
  asked: ({ pathname, searchParams }) => {
    const asked = askedAt(pathname, searchParams)
    return asked && { ...asked, carries: () => true }
  },
  contract: ({ base, contractSize }, contractStatus) => ({ contractStatus, contractSize, marginAsset: base }),
  aggregate: { sizes: () => '', end: '' }
})
