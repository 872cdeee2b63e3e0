import { useEffect, useRef, useState } from 'preact/hooks'
import { type CandleFeed, type CandlesOf, type Loaded, NOTHING, startCandleFeed } from './candle-feed.ts'

/** Candles of one instrument and interval, live; and how to get older ones. */
export const useCandles = ({ exchange, symbol, interval }: CandlesOf): readonly [Loaded, (count?: number) => void] => {
  const [loaded, setLoaded] = useState<Loaded>(NOTHING)
  const feed = useRef<CandleFeed | null>(null)
  useEffect(() => {
    setLoaded(NOTHING)
    if (symbol === '') return
    const started = startCandleFeed({ exchange, symbol, interval }, setLoaded)
    feed.current = started
    return started.stop
  }, [exchange, symbol, interval])
  return [loaded, count => feed.current?.loadOlder(count)]
}
