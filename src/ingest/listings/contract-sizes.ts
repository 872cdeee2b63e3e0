import type { Exchange } from '../../exchange/exchange.ts'
import type { ListedInstrument } from '../../exchange/listed-instrument.ts'
import { TickstreamError } from '../../market/error.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { SizedInstrument } from '../../market/records/feed/contract-size.ts'
import type { Rest } from '../transport/rest.ts'
import { askUntilAnswered, type Waiting } from './ask-until-answered.ts'

type Asking = { readonly exchange: Exchange; readonly rest: Pick<Rest, 'ask'> }

/** All that an exchange lists, in each of its lists. */
export const askLists = async ({ exchange: { listing }, rest }: Asking): Promise<readonly ListedInstrument[]> => {
  const requests = [listing.request(null), ...(listing.others ?? [])]
  const bodies = await Promise.all(requests.map(request => rest.ask(request)))
  return bodies.flatMap(listing.instruments)
}

const lacksSize = ({ countsContracts }: Exchange, instrument: SizedInstrument): boolean =>
  countsContracts?.(instrument) === true && instrument.contractSize === undefined

/** The same instruments, with what a contract of each holds where the exchange counts contracts and its list tells it. */
const withContractSizes = (
  exchange: Exchange,
  instruments: readonly Instrument[],
  listed: readonly Pick<ListedInstrument, 'symbol' | 'contractSize'>[]
): readonly SizedInstrument[] => {
  const sizes = new Map(listed.map(({ symbol, contractSize }) => [symbol, contractSize]))
  return instruments.map(instrument => {
    const contractSize = lacksSize(exchange, instrument) ? sizes.get(instrument.symbol) : null
    return contractSize ? { ...instrument, contractSize } : instrument
  })
}

const UNTOLD = 'the list of its exchange does not tell what a contract of it holds'

/** Joins instruments at once, but those that are counted in contracts once the exchange's list has told what one holds. */
export const joinSized = async (
  options: Waiting,
  instruments: readonly Instrument[],
  join: (instruments: readonly SizedInstrument[]) => void
): Promise<void> => {
  const { exchange, health, log } = options
  const counted = instruments.filter(instrument => lacksSize(exchange, instrument))
  const others = instruments.filter(instrument => !lacksSize(exchange, instrument))
  if (others.length > 0) join(others)
  if (counted.length === 0) return
  const listed = await askUntilAnswered(options, `contract sizes of ${exchange.id}`, () => askLists(options))
  const sized = withContractSizes(exchange, counted, listed)
  const left = sized.filter(instrument => lacksSize(exchange, instrument)).map(instrumentKey)
  for (const key of left) health.note(key, `not followed: ${UNTOLD}`)
  if (left.length > 0) log.warn({ instruments: left }, `not followed: ${left.join(', ')}: ${UNTOLD}`)
  const known = sized.filter(instrument => !lacksSize(exchange, instrument))
  if (known.length > 0) join(known)
}

/** An instrument that a command is given, with what a contract of it holds. Throws `TS-CONFIG` where that is needed and not told. */
export const sizedInstrument = async (asking: Asking, instrument: Instrument): Promise<SizedInstrument> => {
  if (!lacksSize(asking.exchange, instrument)) return instrument
  return sizedOf(asking.exchange, [instrument], await askLists(asking))[0]!
}

/** The same of several, by what was listed of them. */
export const sizedOf = (
  exchange: Exchange,
  instruments: readonly Instrument[],
  listed: readonly Pick<ListedInstrument, 'symbol' | 'contractSize'>[]
): readonly SizedInstrument[] => {
  const sized = withContractSizes(exchange, instruments, listed)
  const left = sized.find(instrument => lacksSize(exchange, instrument))
  if (left) throw new TickstreamError('TS-CONFIG', `${instrumentKey(left)}: ${UNTOLD}`)
  return sized
}
