import type { BenchOptions, Figures } from '../bench.ts'
import { end, ended, nextLine, start, startExchange, watchLateness } from './processes.ts'
import { benchVenue, symbolsOf, VENUE_IDS } from './venues.ts'

const BASE = 'binance'
const WARM_UP_MS = 5_000
const DEFAULT_SYMBOLS = 20

type VenueFigures = Readonly<Record<string, number | string>> & { readonly cpuSecondsPerMillion: number }

const measure = async (id: string, rate: number, seconds: number, symbols: number): Promise<VenueFigures> => {
  const { exchange, port } = await startExchange(id, rate, symbols)
  const exchangeLateMs = watchLateness(exchange, seconds)
  const names = symbolsOf(benchVenue(id), symbols).join(',')
  const ingest = start('ingest-process.ts', [id, port, names, seconds, WARM_UP_MS])
  try {
    const figures = await nextLine<VenueFigures>(ingest)
    await ended(ingest.child)
    return { ...figures, exchangeLateMs: exchangeLateMs() }
  } finally {
    await Promise.all([ingest, exchange].map(end))
  }
}

/** The frames of venues, one venue after the other, through the sockets and the adapter of ingest to a producer that counts. */
export const ingestVenues = async (wanted: readonly string[], options: BenchOptions): Promise<Figures> => {
  const ids = wanted.includes('all') ? VENUE_IDS : wanted
  const { rate, seconds, symbols } = options
  const run = (id: string): Promise<VenueFigures> => measure(id, rate, seconds, symbols ?? DEFAULT_SYMBOLS)
  const base = await run(BASE)
  let figures: Figures = {}
  for (const id of new Set([BASE, ...ids])) {
    const own = id === BASE ? base : await run(id)
    const ratio = Number((own.cpuSecondsPerMillion / base.cpuSecondsPerMillion).toFixed(2))
    for (const [name, value] of Object.entries({ ...own, ratioToBinance: ratio }))
      figures = { ...figures, [`${id} ${name}`]: value }
  }
  return figures
}
