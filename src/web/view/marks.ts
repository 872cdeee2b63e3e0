import type { Candle, Witness } from '../../market/records/derived/candle.ts'

/** Something that a reader must know of a candle. */
export type Mark = {
  readonly openTime: number
  readonly kind: 'gap' | 'partial' | 'backfilled' | 'revised'
  /** Only the first of a row of the same kind is named, and only where there is room. */
  readonly isNamed: boolean
}

/** What each mark means, in words. */
export const MARK_WORDS: Readonly<Record<Mark['kind'], string>> = {
  gap: 'trades are missing',
  partial: 'the first window, joined in its middle',
  backfilled: 'whole; some of it came from history',
  revised: 'corrected after its close'
}

/** Where the exchange's own candle is what tells, the revision that it brings corrects nothing. */
const kindOf = ({ status, revision }: Candle): Mark['kind'] | null => {
  if (status === 'gap' || status === 'partial') return status
  if (status === 'matched' || status === 'unproven') return null
  if (revision > 0) return 'revised'
  return status === 'backfilled' ? 'backfilled' : null
}

/** Names that stand closer than this, in candles, would cover each other. */
const ROOM_FOR_A_NAME = 10

/** Marks of candles that are not simply traded. */
export const marksOf = (candles: readonly Candle[]): readonly Mark[] => {
  let before: Mark['kind'] | null = null
  let named = Number.NEGATIVE_INFINITY
  return candles.flatMap((candle, n) => {
    const kind = kindOf(candle)
    const isNamed = kind !== null && kind !== before && n - named >= ROOM_FOR_A_NAME
    if (isNamed) named = n
    before = kind
    return kind ? [{ openTime: candle.openTime, kind, isNamed }] : []
  })
}

const WITNESS_WORDS: Readonly<Record<Witness, string>> = {
  count: 'number of trades',
  volume: 'volume',
  quoteVolume: 'quote volume'
}

/** `volume`, `volume and quote volume` … */
const inARow = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

const missingWords = ({ missing, missingVolume }: Candle): string => {
  if (missingVolume !== undefined) return ` (volume ${missingVolume})`
  return missing === undefined ? '' : ` (${missing})`
}

/** What is to be said of one candle, in words. */
export const statusWords = (candle: Candle): string => {
  if (candle.status === 'exchange') return "the exchange's own candle"
  if (candle.status === 'empty') return 'proven that nothing traded'
  const kind = kindOf(candle)
  if (kind) return `${kind}: ${MARK_WORDS[kind]}${missingWords(candle)}`
  if (!candle.final) return 'forming'
  if (candle.status === 'unproven') return 'unproven: nothing says yet whether it is whole'
  const witnesses = (candle.matchedBy ?? []).map(witness => WITNESS_WORDS[witness])
  return witnesses.length > 0 ? `equal to the exchange's own in ${inARow(witnesses)}` : 'final'
}
