/**
 * An exchange that begins its ids anew begins an epoch: the same id names another trade then. Records of the first epoch, 0, do not say so;
 * ids count within their epoch alone.
 */
export type InEpoch = { readonly epoch?: number }

export const epochOf = ({ epoch }: InEpoch): number => epoch ?? 0

/** The field as a record of that epoch has it. */
export const inEpoch = (epoch: number): InEpoch => (epoch === 0 ? {} : { epoch })

/**
 * So far ids of an epoch after the first may go: a thousand such epochs are whole numbers that a double holds. They begin behind one that no
 * trade has, so that what is missing before the id 0 ends in its epoch.
 */
const SPAN = 2 ** 43
const BEFORE_FIRST = 1

/** What JavaScript takes for a number besides, `0x10`, `1e3` and blanks, is no id. */
const WHOLE = /^\d{1,16}$/

/** Ids of all epochs in one order: those of a later epoch behind those of the ones before. NaN for an id that has no place there. */
export const ordinalOf = (epoch: number, id: string): number => {
  if (!WHOLE.test(id)) return Number.NaN
  const value = Number(id)
  if (epoch === 0) return value
  return value < SPAN - BEFORE_FIRST ? epoch * SPAN + BEFORE_FIRST + value : Number.NaN
}

/** The epoch and the id of an ordinal. */
export const epochOfOrdinal = (ordinal: number): number => Math.floor(ordinal / SPAN)

export const idOfOrdinal = (ordinal: number): number => (ordinal < SPAN ? ordinal : (ordinal % SPAN) - BEFORE_FIRST)

/** True for ordinals of different epochs: nobody knows how many trades lie between them. */
export const spansEpochs = (from: number, to: number): boolean => epochOfOrdinal(from) !== epochOfOrdinal(to)
