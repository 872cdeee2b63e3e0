import type { SeriesMarker, UTCTimestamp } from 'lightweight-charts'
import { chartTime } from '../../draw/follow.ts'
import type { Palette } from '../../draw/palette.ts'
import type { Mark } from '../../view/marks.ts'

type Look = { readonly shape: 'square' | 'circle' | 'arrowUp'; readonly colour: keyof Palette }

const LOOKS: Readonly<Record<Mark['kind'], Look>> = {
  gap: { shape: 'square', colour: 'down' },
  partial: { shape: 'square', colour: 'muted' },
  backfilled: { shape: 'circle', colour: 'accent' },
  revised: { shape: 'arrowUp', colour: 'second' }
}

/** A mark as it stands below its candle: a shape and, on the first of a row, its name. */
export const markPoint =
  (palette: Palette) =>
  ({ openTime, kind, isNamed }: Mark): SeriesMarker<UTCTimestamp> => ({
    time: chartTime(openTime),
    position: 'belowBar',
    shape: LOOKS[kind].shape,
    color: palette[LOOKS[kind].colour],
    size: 0.6,
    ...(isNamed ? { text: kind } : {})
  })
