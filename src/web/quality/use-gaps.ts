import { useEffect, useState } from 'preact/hooks'
import type { Gap } from '../../market/records/feed/gap.ts'
import { oncePerFrame } from '../browser/browser-clock.ts'
import { getJson } from '../connect/api.ts'
import { gateway } from '../connect/gateway.ts'
import { whenLive } from '../connect/trust.ts'
import { newestGaps } from '../view/lists/gap-list.ts'

/** Gaps of all feeds, open ones first; null until the gateway has answered. */
export const useGaps = (): readonly Gap[] | null => {
  const [gaps, setGaps] = useState<readonly Gap[] | null>(null)
  useEffect(() => {
    let known: readonly Gap[] = []
    let isStopped = false
    const draw = oncePerFrame(() => !isStopped && setGaps(known))
    const accept = (more: readonly Gap[]): void => {
      known = newestGaps(known, more)
      draw()
    }
    const ask = (): void =>
      void getJson<{ gaps: readonly Gap[] }>('/api/v1/gaps').then(
        ({ gaps: stored }) => accept(stored),
        () => undefined
      )
    ask()
    const forget = whenLive(ask)
    const stop = gateway.subscribe<Gap>({ channel: 'gaps' }, data => accept(data))
    return () => {
      isStopped = true
      forget()
      stop()
    }
  }, [])
  return gaps
}
