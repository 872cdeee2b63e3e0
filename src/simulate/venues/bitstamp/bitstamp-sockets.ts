import { printHash } from '../../market/seeded-random.ts'
import { isObject, parseObject } from '../messages.ts'
import { priceOf, quantityOf } from '../prints.ts'
import type { Printed, VenueProtocol } from '../venue-protocol.ts'

const CHANNEL = /^live_trades_(.+)$/
/** Pairs that may take turns at the numbers, and how many numbers are left out at most. */
const [PAIRS, GAPS] = [64, 8]

/** All pairs share the numbers: those of one go up, with gaps. */
export const tradeId = (native: string, id: number): number =>
  (id * GAPS + (printHash(native, id) % GAPS)) * PAIRS + (printHash(native, 0) % PAIRS)

const channelOf = (native: string): string => `live_trades_${native}`

/** As JSON text: its numbers keep their digits. */
const tradeMessage = ({ listed: { feed }, print }: Printed): string => {
  const { listing } = feed
  const [price, amount] = [priceOf(listing, print), quantityOf(listing, print)]
  const id = tradeId(listing.native, print.id)
  return (
    `{"data":{"id":${id},"timestamp":"${Math.floor(print.time / 1_000)}","amount":${amount},"amount_str":"${amount}"` +
    `,"price":${price},"price_str":"${price}","type":${print.sell ? 1 : 0},"microtimestamp":"${print.time}000"` +
    `,"buy_order_id":${id * 2},"sell_order_id":${id * 2 + 1}},"channel":"${channelOf(listing.native)}","event":"trade"}`
  )
}

const eventText = (event: string, channel: string, data: object): string => JSON.stringify({ event, channel, data })

const onMessage: VenueProtocol['sockets']['onMessage'] = (client, text, venue) => {
  const request = parseObject(text)
  const event = String(request?.event)
  const channel = isObject(request?.data) ? String(request.data.channel) : ''
  const isListed = venue.listed.has(CHANNEL.exec(channel)?.[1] ?? '')
  if (event === 'bts:heartbeat') client.send(eventText(event, '', { status: 'success' }))
  else if (event === 'bts:subscribe' && isListed) {
    client.topics.add(channel)
    client.send(eventText('bts:subscription_succeeded', channel, {}))
  } else if (event === 'bts:unsubscribe' && client.topics.delete(channel))
    client.send(eventText('bts:unsubscription_succeeded', channel, {}))
  else
    client.send(
      eventText('bts:error', channel, { code: null, message: request ? 'Bad subscription string.' : 'Bad request.' })
    )
}

/** https://www.bitstamp.net/websocket/v2/ */
export const bitstampSockets: VenueProtocol['sockets'] = {
  route: ({ pathname }) => (pathname === '/' ? '' : null),
  messagesPerSecond: 100,
  onMessage,
  isSubscribed: ({ topics }, native) => topics.has(channelOf(native)),
  tradeMessages: prints => prints.map(tradeMessage)
}
