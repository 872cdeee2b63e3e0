import { type InEpoch, inEpoch } from '../../market/epoch.ts'
import type { OddKline } from '../../market/records/feed/exchange-kline.ts'
import { iso } from '../../market/time.ts'
import { typed } from '../time-range-flags.ts'
import { idsInWords } from './ids-in-words.ts'
import type { Ids, Incomplete, Mismatch, Summary } from './summary.ts'
import type { VerifyResult } from './verify-range.ts'
import type { VerifyRequest } from './verify-request.ts'

const WIDTHS = [22, 20, 30]
/** Of what is told apart so many are named. */
const MAX_NAMED = 20

const line = (cells: readonly string[]): string => cells.map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0)).join('  ')

export const TITLES = line(['window', 'field', 'ours', 'should be'])

const until = ({ closeTime, what }: Mismatch): string => (what === 'missing' ? `, to ${iso(closeTime)}` : '')

/** One line of the table. */
export const formatMismatch = (found: Mismatch): string =>
  line([iso(found.openTime), found.what, found.computed, found.expected + until(found)]).trimEnd()

/** The same as one JSON line. */
export const mismatchJson = ({ computed, expected, ...where }: Mismatch): string =>
  JSON.stringify({ kind: 'finding', ...where, ours: computed, due: expected })

const nameIncomplete = ({ openTime, status, missing, missingVolume }: Incomplete): string => {
  const trades = missing === undefined ? '' : ` (${missing} trades)`
  return `${iso(openTime)} ${status}${trades}${missingVolume === undefined ? '' : ` (a volume of ${missingVolume})`}`
}

const nameOdd = ({ openTime, detail }: OddKline): string =>
  `${openTime === null ? 'without a time' : iso(openTime)} (${detail})`

const named = (title: string, names: readonly string[]): readonly string[] => {
  if (names.length === 0) return []
  const more = names.length > MAX_NAMED ? `, and ${names.length - MAX_NAMED} more` : ''
  return [`${title}: ${names.slice(0, MAX_NAMED).join(', ')}${more}`]
}

const parts = ({
  equal,
  different,
  missing,
  surplus,
  unlisted,
  uncompared,
  incomplete,
  broken
}: Summary): readonly string[] => [
  `${equal} equal`,
  `${different} different`,
  `${missing} missing`,
  ...(surplus > 0 ? [`${surplus} that the exchange does not have`] : []),
  ...(unlisted > 0 ? [`${unlisted} empty and not listed by the exchange`] : []),
  ...(uncompared > 0 ? [`${uncompared} not compared`] : []),
  `${incomplete.length} incomplete`,
  `${broken} breaks in the trade ids`
]

/** The ids of our candles, of each epoch. */
const idRanges = ({ ids }: Summary): readonly (InEpoch & Ids)[] =>
  [...ids].map(([epoch, ids]) => ({ ...ids, ...inEpoch(epoch) }))

/** What is told apart, and one line that sums up. */
export const formatReport = (
  { instrument, interval, from, to }: VerifyRequest,
  { summary, gaps }: VerifyResult
): string => {
  const ids = idRanges(summary).map(
    ids => `, ids ${idsInWords({ ...ids, fromId: `${ids.first}`, toId: `${ids.last}` })}`
  )
  const gapNames = gaps.map(({ count, status, ...range }) => `${idsInWords(range)} (${count}, ${status})`)
  return [
    ...named('incomplete, and not expected to agree', summary.incomplete.map(nameIncomplete)),
    ...named('odd candles of the exchange, set aside and compared with nothing', summary.odd.map(nameOdd)),
    ...named('gaps in the ledger', gapNames),
    `${instrument.exchange}:${instrument.symbol} ${interval} ${iso(from)} to ${iso(to)}: ${summary.windows} windows, ${parts(summary).join(', ')}, ${gaps.length} gaps${ids.join('')}`
  ].join('\n')
}

/** The same as one JSON line. */
export const reportJson = (
  { instrument, interval, from, to }: VerifyRequest,
  { summary, gaps }: VerifyResult
): string => {
  const { windows, equal, different, missing, surplus, unlisted, uncompared, broken } = summary
  const odd = summary.odd.map(({ openTime, detail }) => ({ openTime, detail }))
  const incomplete = summary.incomplete.map(({ openTime, status, missing: trades = null, missingVolume }) => ({
    openTime,
    status,
    missing: trades,
    ...(missingVolume === undefined ? {} : { missingVolume })
  }))
  const counts = { windows, equal, different, missing, surplus, unlisted, uncompared, broken }
  const epochs = idRanges(summary)
  const ids = { ids: epochs.at(-1) ?? null, ...(epochs.length > 1 ? { epochs } : {}) }
  return JSON.stringify({
    kind: 'summary',
    ...instrument,
    interval,
    from,
    to,
    ...counts,
    ...ids,
    incomplete,
    odd,
    holes: gaps
  })
}

/** How to go on after an interruption. */
export const formatResume = (request: VerifyRequest, verifiedTo: VerifyRequest['from']): string =>
  `verify stopped; what lies before ${iso(verifiedTo)} is verified. It goes on by:\n  tickstream verify ${typed({ ...request, from: verifiedTo })} --interval ${request.interval}`
