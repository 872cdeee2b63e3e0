import type { BenchOptions, Figures } from './bench.ts'
import { withDatabase } from './bench-database.ts'
import { withTopics } from './bench-topics.ts'
import { gatewayCandles } from './gateway-candles.ts'
import { gatewayLive } from './gateway-live.ts'

const CANDLES_SECONDS = 20

const named = (prefix: string, figures: Figures): Figures =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}.${name}`, value]))

/** The gateway as a process of its own: candles to many sockets, the same beside one that reads nothing, and the candles endpoint. */
export const gateway = ({ seconds, symbols, parts }: BenchOptions): Promise<Figures> =>
  withTopics(
    topics =>
      withDatabase(topics.settings, async settings => {
        const count = symbols ?? 50
        const names = Array.from({ length: count }, (_, n) => `sim:C${n}/USDT`)
        const env = { ...settings, SYMBOLS: names.join(','), INTERVALS: '1s,1m' }
        const run: Readonly<Record<string, () => Promise<Figures>>> = {
          live: () => gatewayLive(topics, env, { symbols: count, seconds, stalled: false }),
          stalled: () => gatewayLive(topics, env, { symbols: count, seconds, stalled: true }),
          candles100: () => gatewayCandles(env, { symbols: count, seconds: CANDLES_SECONDS, limit: 100 }),
          candles500: () => gatewayCandles(env, { symbols: count, seconds: CANDLES_SECONDS, limit: 500 }),
          candles100gzip: () =>
            gatewayCandles(env, { symbols: count, seconds: CANDLES_SECONDS, limit: 100, encoding: 'gzip' }),
          candles500gzip: () =>
            gatewayCandles(env, { symbols: count, seconds: CANDLES_SECONDS, limit: 500, encoding: 'gzip' })
        }
        let figures: Figures = {}
        for (const part of parts ?? Object.keys(run)) figures = { ...figures, ...named(part, await run[part]!()) }
        return figures
      }),
    ['kafka', 'postgres']
  )
