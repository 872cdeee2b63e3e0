/** A range of a list, by place; it may reach past both ends. */
export type Places = { readonly from: number; readonly to: number }

type Timed = { readonly openTime: number }

/** Candles that a chart begins with. */
const SHOWN_AT_FIRST = 200
const ROOM_AT_THE_END = 6

/** The newest so many. */
export const newestPlaces = (length: number, count: number = SHOWN_AT_FIRST): Places => ({
  from: length - count,
  to: length + ROOM_AT_THE_END
})

/** Where a range of time stands in a list. */
export const placesOf = (records: readonly Timed[], span: { readonly from: number; readonly to: number }): Places => {
  const from = records.findIndex(({ openTime }) => openTime >= span.from)
  const to = records.findLastIndex(({ openTime }) => openTime <= span.to)
  return { from: Math.max(0, from), to: Math.max(to, 0) }
}

/** The range of time at these places, from the first record to the last; null of an empty list. */
export const shownSpan = (records: readonly Timed[], { from, to }: Places): Places | null => {
  const at = (place: number): Timed | undefined => records[Math.min(records.length - 1, Math.max(0, Math.round(place)))]
  const [first, last] = [at(from), at(to)]
  return first && last ? { from: first.openTime, to: last.openTime } : null
}

/** The same for an address; null when the newest is among them, for then it moves on. */
export const spanAt = (records: readonly Timed[], places: Places): Places | null => {
  const span = places.to >= records.length - 1 ? null : shownSpan(records, places)
  return span && span.from < span.to ? span : null
}

/** Moved by a share of its length (-1 to 1), or made so many times as long around its end. */
export const moved = ({ from, to }: Places, share: number): Places => {
  const step = (to - from) * share
  return { from: from + step, to: to + step }
}

export const zoomed = ({ from, to }: Places, times: number): Places => ({ from: to - (to - from) * times, to })
