import type { Instrument } from '../../../market/instrument.ts'

/** Streams are named as channel and symbol: `trade BTC/USD`. */
export const streamName = (channel: string, symbol: string): string => `${channel} ${symbol}`

export const tradeStream = ({ symbol }: Instrument): string => streamName('trade', symbol)

/** Every symbol is answered by itself. A snapshot would repeat the last 50 trades, which history has as well. */
export const subscribe = (streams: readonly string[], id: number): readonly string[] => {
  const named = streams.map(stream => stream.split(' '))
  const channels = Map.groupBy(named, ([channel]) => channel)
  return [...channels].map(([channel, of]) =>
    JSON.stringify({
      method: 'subscribe',
      params: { channel, symbol: of.map(([, symbol]) => symbol), snapshot: false },
      req_id: id
    })
  )
}
