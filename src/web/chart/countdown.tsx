import type { JSX } from 'preact'
import { INTERVAL_MS, type Interval } from '../../market/interval.ts'
import { serverTime } from '../connect/server-time.ts'
import { useSecond } from '../connect/use-second.ts'
import { formatCountdown } from '../view/format.ts'

/** How long until the newest candle closes, by the gateway's clock. */
export const Countdown = ({ interval }: { readonly interval: Interval }): JSX.Element => {
  useSecond()
  const length = INTERVAL_MS[interval]
  return (
    <span class="countdown" title="Until this candle closes">
      <span class="unseen">This candle </span>closes in <b>{formatCountdown(length - (serverTime() % length))}</b>
    </span>
  )
}
