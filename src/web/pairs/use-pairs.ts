import { useEffect, useState } from 'preact/hooks'
import type { PairStats } from '../../market/records/derived/pair-stats.ts'
import { every, oncePerFrame } from '../browser/browser-clock.ts'
import { getJson } from '../connect/api.ts'
import { gateway } from '../connect/gateway.ts'
import { whenLive } from '../connect/trust.ts'
import { mergeByTime } from '../view/lists/time-list.ts'
import type { PairView } from '../view/pair-view.ts'

type Pairs = { readonly pairs: readonly PairStats[] }

const REFRESH_MS = 5_000
const PAGE = 1_000

/** The newest record of every pair, interval and method; null until the gateway has answered. */
export const useNewestPairs = (): readonly PairStats[] | null => {
  const [newest, setNewest] = useState<readonly PairStats[] | null>(null)
  useEffect(() => {
    const ask = (): void =>
      void getJson<Pairs>('/api/v1/pairs')
        .then(({ pairs }) => setNewest(pairs))
        .catch(() => undefined)
    ask()
    return every(REFRESH_MS, ask)
  }, [])
  return newest
}

/** What has become of a pair, and becomes of it. */
export const usePairHistory = ({ a, b, interval, method }: PairView): readonly PairStats[] => {
  const [history, setHistory] = useState<readonly PairStats[]>([])
  useEffect(() => {
    setHistory([])
    if (a === '') return
    let known: readonly PairStats[] = []
    let isStopped = false
    const draw = oncePerFrame(() => !isStopped && setHistory(known))
    const accept = (more: readonly PairStats[]): void => {
      known = mergeByTime(known, more, () => true)
      draw()
    }
    const ask = (): void =>
      void getJson<Pairs>('/api/v1/pairs', { a, b, interval, method, limit: PAGE })
        .then(({ pairs }) => accept(pairs))
        .catch(() => undefined)
    const stop = gateway.subscribe<PairStats>({ channel: 'pairs', a, b, interval, method }, (data, isSnapshot) => {
      accept(data)
      if (isSnapshot) ask()
    })
    ask()
    const forget = whenLive(ask)
    return () => {
      isStopped = true
      forget()
      stop()
    }
  }, [a, b, interval, method])
  return history
}
