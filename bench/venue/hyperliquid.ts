import { coinName } from '../../src/exchange/hyperliquid/names.ts'
import { isObject, parseObject } from '../../src/simulate/venues/messages.ts'
import { priceOf, quantityOf } from '../../src/simulate/venues/prints.ts'
import type { Printed, VenueProtocol } from '../../src/simulate/venues/venue-protocol.ts'
import { NO_REST } from './sockets-alone.ts'

const USERS = ['0xe9ed7e16612d676df804f5aecd16e1f9bf9ec9dd', '0x6802b4267f7f2bf7003dcf993c51542245b38329']
const HASH = '0xde477894bfb2b4eac0a8041c9228ca013100955485522c8e6e787dfa0077475b'
/** An id has 50 bits. */
const ID_STEP = 2 ** 20

const tradeRow = ({ listed: { feed }, print }: Printed) => ({
  coin: feed.listing.native,
  hash: HASH,
  px: priceOf(feed.listing, print),
  side: print.sell ? 'A' : 'B',
  sz: quantityOf(feed.listing, print),
  tid: print.id * ID_STEP,
  time: print.time,
  users: USERS
})

/** The socket of Hyperliquid, in the form of its frames that were recorded on 2025-01-26. */
export const hyperliquid: VenueProtocol = {
  id: 'hyperliquid',
  nativeOf: symbol => coinName({ exchange: 'hyperliquid', symbol }),
  usual: ['BTC/USDC:USDC'],
  sockets: {
    route: ({ pathname }) => (pathname === '/ws' ? 'ws' : null),
    messagesPerSecond: 1_000,
    onMessage: (client, text) => {
      const { method, subscription } = parseObject(text) ?? {}
      if (method === 'ping') return client.send('{"channel":"pong"}')
      if (!isObject(subscription)) return
      client.topics.add(String(subscription.coin))
      client.send(JSON.stringify({ channel: 'subscriptionResponse', data: { method, subscription } }))
    },
    isSubscribed: ({ topics }, native) => topics.has(native),
    tradeMessages: prints => [JSON.stringify({ channel: 'trades', data: prints.map(tradeRow) })]
  },
  rest: NO_REST
}
