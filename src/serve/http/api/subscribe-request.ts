import { z } from 'zod'
import { CHANNEL_FIELDS, CHANNELS, type Channel, FILTER_FIELDS, type Filter } from '../../live/channels.ts'
import { exchange, instrumentText, interval, method, simulated, symbol } from './fields.ts'

/** What of a channel is wanted. */
const filter = {
  channel: z.enum(CHANNELS, `give one of ${CHANNELS.join(', ')}`).describe('which records'),
  exchange: exchange.optional(),
  symbol: symbol.optional(),
  interval: interval.optional(),
  a: instrumentText.optional(),
  b: instrumentText.optional(),
  method: method.optional(),
  simulated: simulated.optional()
}

type Wanted = { readonly channel: Channel } & Filter

/** A filter that the channel's records do not have would never match anything. */
const fits = (
  wanted: Wanted,
  context: { addIssue: (issue: { code: 'custom'; path: string[]; message: string }) => void }
): void => {
  const fields = CHANNEL_FIELDS[wanted.channel]
  for (const field of FILTER_FIELDS)
    if (wanted[field] !== undefined && !fields.includes(field))
      context.addIssue({
        code: 'custom',
        path: [field],
        message: `${wanted.channel} have none; ${fields.length > 0 ? `they are narrowed by ${fields.join(', ')}` : 'leave it out'}`
      })
}

/** A request for a stream of server-sent events. */
export const streamQuery = z.strictObject(filter).superRefine(fits)

const id = z.string().min(1).max(64)

/** What a client says on its socket. */
export const clientMessage = z.discriminatedUnion(
  'op',
  [
    z.strictObject({ op: z.literal('subscribe'), id, ...filter }).superRefine(fits),
    z.strictObject({ op: z.literal('unsubscribe'), id }),
    z.strictObject({ op: z.literal('ping') })
  ],
  'op: give one of subscribe, unsubscribe, ping'
)

/** The same without what was only needed to ask. */
export const filterOf = (wanted: Wanted): Filter =>
  Object.fromEntries(FILTER_FIELDS.flatMap(field => (wanted[field] === undefined ? [] : [[field, wanted[field]]])))
