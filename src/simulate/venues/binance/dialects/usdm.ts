import { askedAt } from './dialect.ts'
import { futuresDialect } from './futures.ts'

/** Books on the one route, all else on the other. */
const isOfBooks = (stream: string): boolean => /@(?:depth|bookTicker)/.test(stream)

const ROUTE = /^\/(public|market)(\/.*)$/

/** USD-M futures: `/public/…`, `/market/…`, and `/fapi/v1/`. What is asked for on the wrong route is confirmed and never comes. */
export const binanceUsdm = futuresDialect({
  prefix: '/fapi/v1/',
  asked: ({ pathname, searchParams }) => {
    const [, route, path = pathname] = ROUTE.exec(pathname) ?? []
    const asked = askedAt(path, searchParams)
    const carries = (stream: string): boolean => route === (isOfBooks(stream) ? 'public' : 'market')
    return asked && { ...asked, carries }
  },
  contract: ({ quote }, status) => ({ status, marginAsset: quote }),
  // `nq`: without the orders of retail price improvement, of which there are none.
  aggregate: { sizes: quantity => `,"nq":"${quantity}"`, end: ',"st":1' }
})
