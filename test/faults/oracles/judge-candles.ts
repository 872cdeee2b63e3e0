import { INTERVAL_MS, type Interval } from '../../../src/market/interval.ts'
import type { Candle, CandleStatus } from '../../../src/market/records/derived/candle.ts'
import type { Trade } from '../../../src/market/records/feed/trade.ts'
import { epochMs } from '../../../src/market/time.ts'
import { type OracleCandle, oracleCandles } from '../../support/candle-oracle.ts'
import { isNeverSent, type Print } from '../exchange/market.ts'
import type { World } from '../world/world.ts'
import type { SymbolEvidence } from './evidence.ts'
import { type InOneOrder, inOneOrder, toldIds } from './in-one-order.ts'
import { heardAlive } from './judge-trades.ts'
import { expectedMissing, type Lost, lostOf } from './lost-trades.ts'

/** Every final of a window, in the order published. */
type Life = { readonly finals: readonly Candle[]; readonly wasGap: boolean }

const nameOf = ({ interval, openTime }: Pick<Candle, 'interval' | 'openTime'>): string => `${interval} ${openTime}`

const livesOf = (of: InOneOrder): ReadonlyMap<string, Life> => {
  const finals = Map.groupBy(
    of.candles.filter(candle => candle.final),
    nameOf
  )
  return new Map(
    [...finals].map(([name, list]) => [name, { finals: list, wasGap: list.some(c => c.status === 'gap') }])
  )
}

const FIELDS = [
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'takerBuyVolume',
  'takerBuyQuoteVolume',
  'tradeCount',
  'firstTradeId',
  'lastTradeId',
  'epoch'
] as const satisfies readonly (keyof Candle)[]

/** What the oracle knows of a symbol. */
type Truth = {
  readonly trades: readonly Trade[]
  readonly firstTime: number
  /** Ids whose first record came from history. */
  readonly fromHistory: ReadonlySet<string>
  readonly lost: readonly Lost[]
  readonly lives: ReadonlyMap<string, Life>
  readonly intervals: readonly Interval[]
}

const truthOf = (of: InOneOrder, intervals: readonly Interval[]): Truth => {
  const firsts = new Map<string, Trade>()
  for (const trade of of.trades) if (!firsts.has(trade.id)) firsts.set(trade.id, trade)
  const trades = [...firsts.values()]
  const first = trades.reduce((least, trade) => (Number(trade.id) < Number(least.id) ? trade : least), trades[0]!)
  return {
    trades,
    firstTime: first.time,
    fromHistory: new Set(trades.filter(trade => trade.via === 'history').map(trade => trade.id)),
    lost: lostOf(of.ticks, trades),
    lives: livesOf(of),
    intervals
  }
}

/** A part with trades came from history, or had been published as a gap before it was whole. */
const isBackfilled = (truth: Truth, interval: Interval, openTime: number): boolean => {
  const closeTime = openTime + INTERVAL_MS[interval]
  const inside = truth.trades.filter(trade => trade.time >= openTime && trade.time < closeTime)
  if (inside.some(trade => truth.fromHistory.has(trade.id))) return true
  const parts = truth.intervals.filter(part => INTERVAL_MS[part] <= INTERVAL_MS[interval])
  return inside.some(trade =>
    parts.some(part => {
      const partOpen = trade.time - (trade.time % INTERVAL_MS[part])
      return truth.lives.get(`${part} ${partOpen}`)?.wasGap
    })
  )
}

const expectedStatus = (truth: Truth, interval: Interval, want: OracleCandle, missing: number | null): CandleStatus => {
  const closeTime = want.openTime + INTERVAL_MS[interval]
  if (truth.firstTime >= want.openTime && truth.firstTime < closeTime) return 'partial'
  if (missing !== null) return 'gap'
  if (want.tradeCount === 0) return 'empty'
  return isBackfilled(truth, interval, want.openTime) ? 'backfilled' : 'traded'
}

/** What a window says of itself, and how many ids it says that it lacks. */
const misstated = (truth: Truth, interval: Interval, want: OracleCandle, have: Candle): readonly string[] => {
  const name = `candle ${interval} ${want.openTime} r${have.revision}`
  const lost = expectedMissing(truth.lost, want.openTime, want.openTime + INTERVAL_MS[interval])
  const status = expectedStatus(truth, interval, want, lost)
  const missing = status === 'gap' ? lost : undefined
  return [
    ...(have.status === status ? [] : [`${name} is ${have.status}, not ${status}`]),
    ...(have.missing === missing ? [] : [`${name} misses ${have.missing}, not ${missing}`])
  ]
}

const compare = (truth: Truth, interval: Interval, want: OracleCandle): readonly string[] => {
  const name = `${interval} ${want.openTime}`
  const life = truth.lives.get(name)
  const have = life?.finals.at(-1)
  if (!life || !have) return [`candle ${name} was never final`]
  const told: Partial<Candle> = { ...want, ...toldIds(want.firstTradeId, want.lastTradeId) } as Partial<Candle>
  const wrong = FIELDS.filter(field => have[field] !== told[field]).map(
    field => `candle ${name} has ${field} ${have[field]}, not ${told[field]}`
  )
  const closeTime = want.openTime + INTERVAL_MS[interval]
  if (have.closeTime !== closeTime) wrong.push(`candle ${name} closes at ${have.closeTime}`)
  return [...wrong, ...misstated(truth, interval, want, have)]
}

/** Each revision once, each one higher; and nothing open after the first final. */
const misnumbered = (of: InOneOrder, lives: ReadonlyMap<string, Life>): readonly string[] => {
  const wrong = [...lives].flatMap(([name, { finals }]) =>
    finals.every((candle, n) => candle.revision === n)
      ? []
      : [`candle ${name} has the revisions ${finals.map(candle => candle.revision).join(', ')}`]
  )
  const closed = new Set<string>()
  for (const candle of of.candles) {
    if (candle.final) closed.add(nameOf(candle))
    else if (closed.has(nameOf(candle))) wrong.push(`candle ${nameOf(candle)} is shown as open after its final`)
  }
  return wrong
}

/** Two finals of one window that say the same: a revision that changes nothing. */
const idle = (lives: ReadonlyMap<string, Life>): readonly string[] =>
  [...lives].flatMap(([name, { finals }]) =>
    finals.some((candle, n) => n > 0 && isSame(candle, finals[n - 1]!))
      ? [`candle ${name} was revised to the same`]
      : []
  )

const isSame = (a: Candle, b: Candle): boolean =>
  JSON.stringify({ ...a, revision: 0 }) === JSON.stringify({ ...b, revision: 0 })

/** Where nothing was late or lost unseen, a final is as it will be, but for gaps and what came before the first trade. */
const BLINDING = ['frame dropped', 'frame late', 'frame overdue', 'exchange silent', 'history lags', 'network slow']
const PROVEN: readonly CandleStatus[] = ['traded', 'backfilled', 'empty']

/** An empty window repeats the close before it, and is corrected with it; that nothing traded in it stays true. */
const staysEmpty = (candle: Candle, next: Candle): boolean => candle.status === 'empty' && next.status === 'empty'

const takenBack = (of: InOneOrder, lives: ReadonlyMap<string, Life>, { journal }: World): readonly string[] => {
  if (BLINDING.some(kind => journal.faults().has(kind))) return []
  if (of.printed.some(({ print }) => print.isForgotten)) return []
  return [...lives].flatMap(([name, { finals }]) =>
    finals.slice(0, -1).some((candle, n) => PROVEN.includes(candle.status) && !staysEmpty(candle, finals[n + 1]!))
      ? [`candle ${name} was whole, and then revised`]
      : []
  )
}

/**
 * Where heartbeats are true, a window in which a trade was printed that never came is a gap; but what no stream carried and history has
 * forgotten, or what the exchange never sent.
 */
const concealed = (
  of: InOneOrder,
  { trades, lives, intervals }: Truth,
  { journal, venue }: World
): readonly string[] => {
  if (BLINDING.some(kind => journal.faults().has(kind))) return []
  const seen = new Set(trades.map(({ id }) => Number(id)))
  const [first, last] = [Math.min(...seen), Math.max(...seen)]
  const heard = heardAlive({ venue })
  const { resets } = venue.markets.find(({ symbol }) => symbol === of.symbol)!
  const wasTold = (print: Print): boolean => !isNeverSent(resets, print) && (!print.isForgotten || heard.has(print))
  const lost = of.printed.filter(
    ({ place, print }) => place > first && place < last && !seen.has(place) && wasTold(print)
  )
  return lost.flatMap(({ print: { id, time } }) =>
    intervals.flatMap(interval => {
      const openTime = time - (time % INTERVAL_MS[interval])
      const status = lives.get(nameOf({ interval, openTime: epochMs(openTime) }))?.finals.at(-1)?.status ?? 'gap'
      return PROVEN.includes(status) ? [`candle ${interval} ${openTime} is ${status} without trade ${id}`] : []
    })
  )
}

/** A hole stops the watermark: within the time that it is held, only what is lost for good makes a gap. */
const MAX_HELD_MS = 60_000

const impatient = (lives: ReadonlyMap<string, Life>, { settings, born }: World): readonly string[] => {
  const isAlone = born.filter(({ stage }) => stage === 'ingest').length === 1
  if (settings.gapHoldMs < MAX_HELD_MS || !isAlone) return []
  return [...lives].flatMap(([name, { finals }]) =>
    finals[0]?.status === 'gap' && finals.at(-1)?.status !== 'gap' ? [`candle ${name} did not wait for its hole`] : []
  )
}

/** The newest revision of every candle is a fold over the true trades, and says truly how it came about. */
export const judgeCandles = (evidence: SymbolEvidence, world: World): readonly string[] => {
  const { settings } = world
  const of = inOneOrder(evidence)
  if (of.trades.length === 0) return []
  const truth = truthOf(of, settings.intervals)
  const until = Math.max(...of.ticks.map(({ time }) => time))
  const wanted = settings.intervals.map(interval => ({
    interval,
    windows: oracleCandles(truth.trades, interval, until)
  }))
  const names = new Set(wanted.flatMap(({ interval, windows }) => windows.map(w => `${interval} ${w.openTime}`)))
  const problems = [
    ...wanted.flatMap(({ interval, windows }) => windows.flatMap(want => compare(truth, interval, want))),
    ...[...truth.lives.keys()].filter(name => !names.has(name)).map(name => `candle ${name} should not be final`),
    ...misnumbered(of, truth.lives),
    ...idle(truth.lives),
    ...takenBack(of, truth.lives, world),
    ...concealed(of, truth, world),
    ...impatient(truth.lives, world)
  ]
  return problems.map(problem => `${of.symbol}: ${problem}`)
}
