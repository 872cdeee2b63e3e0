import { epochOf } from '../../../src/market/epoch.ts'
import type { DeadLetter } from '../../../src/market/records/dead-letter.ts'
import { isTrade } from '../../../src/market/records/feed/trade.ts'
import { rawTicks } from '../../../src/topics.ts'
import type { World } from '../world/world.ts'
import type { Evidence } from './evidence.ts'

/** Troubles after which a publisher may send something twice. */
const REPEATING = [
  'ack lost',
  'batch half taken',
  'broker away',
  'request refused',
  'record refused for good',
  'clock of the brokers behind',
  'clock jumps',
  'another topic in its place'
]

const count = (texts: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}

/** The frame that carries a trade, as the exchange writes it. */
const isTradeFrame = (text: string): boolean => /^\{"stream":"\w+@trade","data":\{"e":"trade","E":\d{13},/.test(text)
const isAnnouncement = (text: string): boolean => text.includes('serverShutdown')
const isUseless = (text: string, untrue: ReadonlySet<string>): boolean =>
  untrue.has(text) || !(isTradeFrame(text) || isAnnouncement(text))

/** What ingest sets aside as refused is a trade that the broker has refused. */
const judgeRefused = (letters: readonly DeadLetter[], { broker }: World): readonly string[] =>
  letters.flatMap(({ stage, reason, payload }) => {
    if (stage !== 'ingest' || reason !== 'refused') return []
    const text = Buffer.from(payload, 'base64')
    const tick = rawTicks.codec.decode(text)
    const isRight = isTrade(tick) && broker.refusals.hasRefused(tick.symbol, epochOf(tick), Number(tick.id), tick.via)
    return isRight ? [] : [`a dead letter says that the broker refuses ${text.toString('utf8')}`]
  })

/** Every frame that nobody can read or believe is a dead letter, byte for byte; and nothing else is. */
export const judgeDeadLetters = ({ world, deadLetters }: Evidence): readonly string[] => {
  const { venue, journal } = world
  const malformed = venue.heard.filter(({ text }) => isUseless(text, venue.untrue))
  // Where a machine's clock is hours behind, the first frames that it hears are of the future to it: history has their trades.
  const doubted = journal.faults().has('clock jumps') ? venue.heard : malformed
  const most = count(doubted.map(({ text }) => text))
  const least = count(malformed.filter(({ isAlive }) => isAlive()).map(({ text }) => text))
  const fromIngest = deadLetters.filter(letter => letter.stage === 'ingest' && letter.reason !== 'refused')
  const buried = count(fromIngest.map(letter => Buffer.from(letter.payload, 'base64').toString('utf8')))
  const mayRepeat = REPEATING.some(kind => journal.faults().has(kind))
  const others = deadLetters.filter(letter => letter.stage !== 'ingest')
  return [
    ...[...least].filter(([text, n]) => (buried.get(text) ?? 0) < n).map(([text]) => `no dead letter holds ${text}`),
    ...[...buried].filter(([text]) => !most.has(text)).map(([text]) => `a dead letter holds ${text}, which never came`),
    ...[...buried]
      .filter(([text, n]) => !mayRepeat && n > (most.get(text) ?? 0))
      .map(([text, n]) => `${n} dead letters hold ${text}, which came ${most.get(text) ?? 0} times`),
    ...judgeRefused(deadLetters, world),
    ...others.map(letter => `${letter.stage} set a record aside: ${letter.reason}, ${letter.detail}`)
  ]
}
