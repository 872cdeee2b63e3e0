/** A stretch of a list, by place; it may reach past both ends. */
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

/** Where a stretch of time stands in a list. */
export const placesOf = (records: readonly Timed[], span: { readonly from: number; readonly to: number }): Places => {
  const from = records.findIndex(({ openTime }) => openTime >= span.from)
  const to = records.findLastIndex(({ openTime }) => openTime <= span.to)
  return { from: Math.max(0, from), to: Math.max(to, 0) }
}

/** The stretch of time at these places; null when the newest is among them, for then it moves on. */
export const spanAt = (records: readonly Timed[], { from, to }: Places): Places | null => {
  if (to >= records.length - 1) return null
  const first = records[Math.max(0, Math.round(from))]
  const last = records[Math.max(0, Math.round(to))]
  return first && last && first !== last ? { from: first.openTime, to: last.openTime } : null
}

/** Moved by a share of its length (-1 to 1), or made so many times as long around its end. */
export const moved = ({ from, to }: Places, share: number): Places => {
  const step = (to - from) * share
  return { from: from + step, to: to + step }
}

export const zoomed = ({ from, to }: Places, times: number): Places => ({ from: to - (to - from) * times, to })
