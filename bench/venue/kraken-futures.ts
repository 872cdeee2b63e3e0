import { productId } from '../../src/exchange/krakenfutures/names.ts'
import { printUuid } from '../../src/simulate/venues/identities.ts'
import { parseObject, textsOf } from '../../src/simulate/venues/messages.ts'
import { priceOf, quantityOf } from '../../src/simulate/venues/prints.ts'
import type { Printed, VenueProtocol } from '../../src/simulate/venues/venue-protocol.ts'
import { NO_REST } from './sockets-alone.ts'

const tradeMessage = ({ listed: { feed }, print }: Printed): string =>
  JSON.stringify({
    feed: 'trade',
    product_id: feed.listing.native,
    uid: printUuid(feed.listing.native, print.id),
    side: print.sell ? 'sell' : 'buy',
    type: 'fill',
    seq: print.id,
    time: print.time,
    qty: Number(quantityOf(feed.listing, print)),
    price: Number(priceOf(feed.listing, print))
  })

/** The socket of Kraken Futures, in the form of its frames that were recorded on 2021-07-22. */
export const krakenFutures: VenueProtocol = {
  id: 'krakenfutures',
  nativeOf: symbol => productId({ exchange: 'krakenfutures', symbol }),
  usual: ['BTC/USD:USD'],
  sockets: {
    route: ({ pathname }) => (pathname === '/ws/v1' ? 'v1' : null),
    messagesPerSecond: 100,
    onMessage: (client, text) => {
      const { feed, product_ids } = parseObject(text) ?? {}
      for (const product of feed === 'trade' ? textsOf(product_ids) : []) {
        client.topics.add(product)
        client.send(JSON.stringify({ event: 'subscribed', feed, product_ids: [product] }))
      }
    },
    isSubscribed: ({ topics }, native) => topics.has(native),
    tradeMessages: prints => prints.map(tradeMessage)
  },
  rest: NO_REST
}
