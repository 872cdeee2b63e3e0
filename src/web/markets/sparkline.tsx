import type { JSX } from 'preact'
import { sparkPoints, type WatchRow } from '../view/watch-row.ts'

const [WIDTH, HEIGHT] = [140, 34]

/** The last hours as a line. */
export const Sparkline = ({ spark }: { readonly spark: WatchRow['spark'] }): JSX.Element => {
  const isUp = (spark.at(-1)?.[1] ?? 0) >= (spark[0]?.[1] ?? 0)
  const points = sparkPoints(spark, WIDTH, HEIGHT - 4)
  return (
    <svg
      class={`sparkline ${isUp ? 'up' : 'down'}`}
      viewBox={`0 -2 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {spark.length > 1 && <polygon points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} />}
      {spark.length > 1 && <polyline points={points} />}
    </svg>
  )
}
