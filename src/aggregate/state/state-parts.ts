import type { Interval } from '../../market/interval.ts'

const WINDOWS_PER_PART = 10

/** What is cut into parts. */
type Windows = { readonly interval: Interval; readonly lengthMs: number }

/** Windows are stored ten to a part: few enough to write at every commit, enough to keep parts few when catching up. */
export const partOf = ({ lengthMs }: Windows, time: number): number => Math.floor(time / (lengthMs * WINDOWS_PER_PART))

export const partName = ({ interval }: Windows, part: number): string => `${interval}/${part}`

/** The part of that name; null when it is one of another interval. */
export const partNamed = ({ interval }: Windows, name: string): number | null =>
  name.startsWith(`${interval}/`) ? Number(name.slice(interval.length + 1)) : null

/** Open times of the windows of a part. */
export const partTimes = ({ lengthMs }: Windows, part: number): readonly number[] => {
  const first = part * lengthMs * WINDOWS_PER_PART
  return Array.from({ length: WINDOWS_PER_PART }, (_, n) => first + n * lengthMs)
}
