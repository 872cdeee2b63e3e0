import { createKafka } from '../../kafka/client/client.ts'
import { TickstreamError } from '../../market/error.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import type { Config } from '../../runtime/config/config.ts'
import { postgresUrl } from '../../runtime/config/postgres-url.ts'
import type { Logger } from '../../runtime/observe/log.ts'
import type { Bars } from '../bars/bars.ts'
import { barsFromFiles } from '../bars/bars-from-files.ts'
import { barsFromPostgres } from '../bars/bars-from-postgres.ts'
import { barsFromTopic } from '../bars/bars-from-topic.ts'
import type { BacktestRequest } from './backtest-request.ts'

/** By what settings candles are read, and who reads them. */
type Reader = { readonly config: Config; readonly log: Logger; readonly signal: AbortSignal }

const read = ({ config, log, signal }: Reader, request: BacktestRequest): Promise<Bars> => {
  const { source } = request
  if (source.kind === 'files') {
    const onRead = (line: string): void => void process.stderr.write(`${line}\n`)
    return barsFromFiles(source.a, source.b, request, { allowGaps: request.allowGaps, onRead })
  }
  if (source.kind === 'postgres') return barsFromPostgres(postgresUrl(config), source, request, signal)
  return barsFromTopic(createKafka(config.kafka, 'backtest', log), config.topicPrefix, source, request, signal)
}

/** Candles under the pair's names where it was named. */
const checkBars = (bars: Bars, { pair, interval }: BacktestRequest): Bars => {
  if (interval !== null && INTERVAL_MS[interval] !== bars.intervalMs)
    throw new TickstreamError(
      'TS-CONFIG',
      `--interval ${interval}: candles of the files are ${bars.intervalMs / 1_000} s apart; leave it out, or give files of ${interval} candles`
    )
  return pair ? { ...bars, ...pair } : bars
}

/** The candles that were asked for. Throws `TS-CONFIG` where files hold those of another interval. */
export const readBars = async (reader: Reader, request: BacktestRequest): Promise<Bars> =>
  checkBars(await read(reader, request), request)
