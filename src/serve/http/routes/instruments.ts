import { z } from 'zod'
import { type Instrument, instrumentKey, isSimulated } from '../../../market/instrument.ts'
import { nearest } from '../../../runtime/config/nearest.ts'
import { ageOf, followedOf, instrumentsOf, type Serving } from '../../live/serving.ts'
import * as field from '../api/fields.ts'
import { type Route, route } from '../api/route.ts'
import * as schema from '../api/schemas.ts'
import { Problem } from '../problem.ts'

const describe = ({ liveTail, intervals }: Serving, instrument: Instrument) => ({
  exchange: instrument.exchange,
  symbol: instrument.symbol,
  intervals,
  simulated: isSimulated(instrument.exchange),
  ...liveTail.feeds.exchangeStatus(instrument),
  facts: liveTail.feeds.facts(instrument)
})

/** What a symbol says of itself: `BASE/QUOTE`, and behind a colon what a contract is settled in. */
const partsOf = ({ symbol }: Instrument) => {
  const [base, rest = ''] = symbol.split('/')
  return { base, quote: rest.split(':')[0] }
}

const query = z.strictObject({
  all: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: also those that the exchange has suspended or delisted, of which nothing comes'),
  exchange: field.exchange.optional(),
  symbol: field.symbol.optional(),
  base: field.asset('base currency').optional(),
  quote: field.asset('quote currency').optional(),
  status: field.asset('the exchange’s own word for its state, as TRADING').optional()
})

const matches = (serving: Serving, instrument: Instrument, wanted: z.output<typeof query>): boolean => {
  const { exchangeStatus } = serving.liveTail.feeds.exchangeStatus(instrument)
  const facts = { ...instrument, ...partsOf(instrument), status: exchangeStatus }
  return (['exchange', 'symbol', 'base', 'quote', 'status'] as const).every(
    name => wanted[name] === undefined || wanted[name] === facts[name]
  )
}

const unknown = (key: string, known: readonly Instrument[]): Problem => {
  const near = nearest(key, known.map(instrumentKey))
  const words = near.length === 0 ? '' : `; nearest is ${near.join(', ')}`
  return new Problem(404, `${key} is not served${words}`)
}

/** What is served, and what the exchanges' own lists say of it. */
export const instrumentRoutes = (serving: Serving): readonly Route[] => [
  route({
    id: 'listInstruments',
    method: 'GET',
    path: '/api/v1/instruments',
    summary:
      'Instruments that are served: the intervals of their candles, and what the exchange’s own list tells of them',
    query,
    answer: { status: 200, schema: schema.instruments, says: 'instruments' },
    handle: ({ query: wanted }) => ({
      ...ageOf(serving),
      instruments: (wanted.all === 'true' ? followedOf(serving) : instrumentsOf(serving))
        .filter(instrument => matches(serving, instrument, wanted))
        .map(instrument => describe(serving, instrument))
    })
  }),
  route({
    id: 'getInstrument',
    method: 'GET',
    path: '/api/v1/instruments/:instrument',
    summary: 'One of them, its slash percent-encoded: binance:BTC%2FUSDT',
    params: z.strictObject({ instrument: field.instrumentText }),
    query: z.strictObject({}),
    answer: { status: 200, schema: schema.instrument, says: 'the instrument' },
    problems: [404],
    handle: ({ params: { instrument: key } }) => {
      const known = followedOf(serving)
      const instrument = known.find(one => instrumentKey(one) === key)
      if (instrument === undefined) throw unknown(key, known)
      return { ...ageOf(serving, instrument), instrument: describe(serving, instrument) }
    }
  })
]
