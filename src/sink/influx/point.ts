import { Point } from '@influxdata/influxdb-client'
import type { EpochMs } from '../../market/time.ts'

export type Tags = Readonly<Record<string, string>>

/** A point before it is text. */
export type PointParts = {
  readonly measurement: string
  readonly tags: Tags
  readonly time: EpochMs
  readonly floats: Readonly<Record<string, number | string | null>>
  readonly counts: Readonly<Record<string, number | null>>
  readonly flags: Readonly<Record<string, boolean | null>>
}

/** A point as it is sent. */
export type InfluxPoint = {
  /** The same for points that replace each other: measurement, tags and time. */
  readonly pointKey: string
  /** Line protocol, the time in milliseconds. */
  readonly line: string
  readonly rank: number
  /** When the market had completed what it says; null while it has not. */
  readonly completedAt: EpochMs | null
}

const MILLISECONDS = { convertTime: String }

/** Line protocol; null when no field is left. Throws for a number that is not finite. */
export const lineOf = ({ measurement, tags, time, floats, counts, flags }: PointParts): string | null => {
  const point = new Point(measurement).timestamp(time)
  for (const [name, text] of Object.entries(tags)) point.tag(name, text)
  for (const [name, value] of Object.entries(floats)) if (value !== null) point.floatField(name, value)
  for (const [name, value] of Object.entries(counts)) if (value !== null) point.intField(name, value)
  for (const [name, value] of Object.entries(flags)) if (value !== null) point.booleanField(name, value)
  return point.toLineProtocol(MILLISECONDS) ?? null
}
