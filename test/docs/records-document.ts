import { ALERT } from '../../src/market/records/alert/alert.ts'
import { ALERT_CLOCK } from '../../src/market/records/alert/alert-clock.ts'
import { ALERT_RETRY } from '../../src/market/records/alert/alert-retry.ts'
import { ALERT_RULE } from '../../src/market/records/alert/alert-rule.ts'
import { DEAD_LETTER } from '../../src/market/records/dead-letter.ts'
import { CANDLE } from '../../src/market/records/derived/candle.ts'
import { COMPOSITE } from '../../src/market/records/derived/composite.ts'
import { FEED_STATUS } from '../../src/market/records/derived/feed-status.ts'
import { INDICATORS } from '../../src/market/records/derived/indicators.ts'
import { KPI } from '../../src/market/records/derived/kpi.ts'
import { PAIR_LEG } from '../../src/market/records/derived/pair-leg.ts'
import { PAIR_STATS } from '../../src/market/records/derived/pair-stats.ts'
import { VERIFICATION } from '../../src/market/records/derived/verification.ts'
import { BACKFILL_POSITION } from '../../src/market/records/feed/backfill-position.ts'
import { BOOK_TOP } from '../../src/market/records/feed/book.ts'
import { EXCHANGE_KLINE } from '../../src/market/records/feed/exchange-kline.ts'
import { GAP } from '../../src/market/records/feed/gap.ts'
import { INSTRUMENT_FACTS } from '../../src/market/records/feed/instrument-facts.ts'
import { KLINE_POSITION } from '../../src/market/records/feed/kline-position.ts'
import { LISTING } from '../../src/market/records/feed/listing.ts'
import { POSITION } from '../../src/market/records/feed/position.ts'
import { RAW_FRAMES } from '../../src/market/records/feed/raw-frames.ts'
import { TICKER } from '../../src/market/records/feed/ticker.ts'
import { GAP_MARKER, HEARTBEAT, TRADE } from '../../src/market/records/feed/trade.ts'
import {
  type FieldFacts,
  factsOf,
  type Kind,
  type RecordTable,
  type TableFacts
} from '../../src/market/records/fields.ts'
import * as topics from '../../src/topics.ts'

type Section = {
  readonly title: string
  readonly doc: string
  readonly topics: readonly string[]
  readonly table: TableFacts
  /** Of a record that no topic holds. */
  readonly place?: string
}

type Named = { readonly name: string }

const section = <R>(of: readonly Named[], { name, doc, ...table }: RecordTable<R>): Section => ({
  title: name,
  doc,
  topics: of.map(topic => topic.name),
  table: factsOf(table)
})

/** Every record that a topic holds, but for the states of topologies, which are their own affair. */
const SECTIONS: readonly Section[] = [
  section([topics.rawTicks], TRADE),
  section([topics.rawTicks], HEARTBEAT),
  section([topics.rawTicks], GAP_MARKER),
  section([topics.gaps], GAP),
  section([topics.rawBooks], BOOK_TOP),
  section([topics.rawTickers], TICKER),
  section([topics.exchangeKlines], EXCHANGE_KLINE),
  section([topics.listings], LISTING),
  section([topics.instruments], INSTRUMENT_FACTS),
  section([topics.rawFrames], RAW_FRAMES),
  section([...Object.values(topics.candles), topics.compositeLegs], CANDLE),
  section([topics.kpis], KPI),
  section([topics.indicators], INDICATORS),
  section([topics.pairs], PAIR_STATS),
  section([topics.composites], COMPOSITE),
  section([topics.verifications], VERIFICATION),
  section([topics.alerts], ALERT),
  section([topics.alertRules, { name: topics.alertSpread }], ALERT_RULE),
  section([topics.deadLetters], DEAD_LETTER),
  section([topics.ingestState], POSITION),
  section([topics.ingestKlinesState], KLINE_POSITION),
  section([topics.backfillState], BACKFILL_POSITION),
  section([topics.pairLegs], PAIR_LEG),
  section([topics.alertRetries], ALERT_RETRY),
  section([topics.alertClock], ALERT_CLOCK),
  { ...section([], FEED_STATUS), place: 'In the answer of `/api/v1/status`' }
]

/** The topics that the document has. */
export const documentedTopics: readonly string[] = [...new Set(SECTIONS.flatMap(({ topics: names }) => names))]

const TYPES: Readonly<Record<Kind, string>> = {
  exchange: 'text',
  symbol: 'text',
  instrument: 'text',
  text: 'text',
  prose: 'text',
  id: 'text',
  wholeId: 'whole number as text',
  decimal: 'exact decimal as text',
  size: 'exact decimal as text',
  price: 'exact decimal as text',
  time: 'whole number',
  openTime: 'whole number',
  closeTime: 'whole number',
  count: 'whole number',
  whole: 'whole number',
  epoch: 'whole number',
  number: 'number',
  flag: 'true or false',
  mark: 'true',
  word: 'one of',
  words: 'list of',
  record: 'record',
  records: 'list of records',
  levels: 'list of pairs of exact decimals as text'
}

const typeOf = ({ kind, words, table }: FieldFacts): string => {
  if (words) return `${TYPES[kind]} ${words.map(word => `\`${word}\``).join(', ')}`
  const names = Object.keys(table?.fields ?? {}).map(name => `\`${name}\``)
  return names.length > 0 ? `${TYPES[kind]}: ${names.join(', ')}` : TYPES[kind]
}

const presenceOf = ({ presence, when }: FieldFacts): string =>
  ({ always: 'always', nullable: `always; null: ${when}`, optional: String(when) })[presence]

const cell = (text: string): string => text.replaceAll('|', '\\|')

const rowOf = ([name, field]: readonly [string, FieldFacts]): string =>
  `| ${[`\`${name}\``, typeOf(field), field.unit ?? '', presenceOf(field), field.doc].map(cell).join(' | ')} |`

const HEAD = ['| field | type | unit | present when | meaning |', '|---|---|---|---|---|']

/** The fields of a record, and those of the records inside it where nothing else describes them. */
const rowsOf = ({ fields }: TableFacts): readonly string[] =>
  Object.entries(fields).flatMap(entry => {
    const [name, { table }] = entry
    const isElsewhere = SECTIONS.some(of => of.table.fields === table?.fields)
    const inner = table && !isElsewhere ? rowsOf(table).map(row => row.replace('| `', `| \`${name}.`)) : []
    return [rowOf(entry), ...inner]
  })

const drawn = ({ title, doc, topics: names, table, place }: Section): string => {
  const where = place ?? `In ${names.map(name => `\`${name}\``).join(', ')}`
  return [`## ${title}`, '', `${doc}. ${where}.`, '', ...HEAD, ...rowsOf(table)].join('\n')
}

const INTRODUCTION = `# Records

What stands in the topics, a section a record. Values are JSON; the fields stand in this order. A field that is not always present is left out of the JSON. Readers ignore fields that they do not know. The gateway answers with the same records, and PostgreSQL has a column a field, in snake_case, but for those that can only be true.

Written by \`npm run docs:records\` from the field tables in \`src/market/records/\`; a test compares it.`

/** docs/records.md as it should be. */
export const recordsDocument = (): string => `${[INTRODUCTION, ...SECTIONS.map(drawn)].join('\n\n')}\n`
