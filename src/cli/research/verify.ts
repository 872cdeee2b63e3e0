import { baseUrls } from '../../exchange/base-urls.ts'
import { REST_SETTINGS } from '../../exchange/registry.ts'
import { sizedInstrument } from '../../ingest/listings/contract-sizes.ts'
import { createKlineHistory } from '../../ingest/quotes/kline/kline-history.ts'
import { fetchJson } from '../../ingest/transport/fetch-json.ts'
import { refusedSymbol } from '../../ingest/transport/refusal.ts'
import { createRest, HISTORY_RETRY } from '../../ingest/transport/rest.ts'
import { TickstreamError } from '../../market/error.ts'
import { isSimulated } from '../../market/instrument.ts'
import { INTERVAL_MS } from '../../market/interval.ts'
import {
  formatMismatch,
  formatReport,
  formatResume,
  mismatchJson,
  reportJson,
  TITLES
} from '../../research/verify/format-report.ts'
import { isClean, type Mismatch } from '../../research/verify/summary.ts'
import { type VerifyResult, verifyTimeRange } from '../../research/verify/verify-range.ts'
import { parseVerify, upToNow, type VerifyRequest } from '../../research/verify/verify-request.ts'
import { systemClock as clock } from '../../runtime/clock.ts'
import { postgresUrl } from '../../runtime/config/postgres-url.ts'
import { createShareProgress } from '../../runtime/observe/share-progress.ts'
import { createPool } from '../../sink/postgres/pool.ts'
import { besideSimulated } from '../../up/simulated-market.ts'
import type { Command, Context } from '../run/command.ts'

const ANSWER_WITHIN_MS = 600_000
const ATTEMPTS = 4

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const printError = (text: string): void => void process.stderr.write(text)

/** Prints findings as they come, under titles of their own. */
const openTable = ({ isJson }: VerifyRequest) => {
  let isFirst = true
  return (mismatches: readonly Mismatch[]): void => {
    for (const mismatch of mismatches) {
      if (isFirst && !isJson) print(TITLES)
      isFirst = false
      print(isJson ? mismatchJson(mismatch) : formatMismatch(mismatch))
    }
  }
}

const verify = async ({ config, signal }: Context, request: VerifyRequest): Promise<VerifyResult> => {
  const { exchange, interval } = request
  const pool = createPool(postgresUrl(config), 'verify', { answerWithinMs: ANSWER_WITHIN_MS })
  const url = baseUrls(exchange, config.exchangeUrls).rest
  const rest = createRest({ exchange, url, clock, fetchJson, signal })
  const total = (request.to - request.from) / INTERVAL_MS[interval]
  const progress = createShareProgress(total, 'windows', clock, process.stderr.isTTY, printError)
  let verifiedTo = request.from
  try {
    return await verifyTimeRange({
      request: { ...request, instrument: await sizedInstrument({ exchange, rest }, request.instrument) },
      pool,
      klines: createKlineHistory(exchange, rest, clock),
      policy: { ...HISTORY_RETRY, attempts: ATTEMPTS, clock, random: Math.random, signal },
      onMismatches: openTable(request),
      onCompared: (to, windows) => {
        verifiedTo = to
        progress.done(windows)
      }
    })
  } catch (error) {
    if (verifiedTo > request.from) printError(`${formatResume(request, verifiedTo)}\n`)
    throw refusedSymbol(error, request.instrument)
  } finally {
    progress.end()
    await pool.end()
  }
}

const run = async (context: Context): Promise<number> => {
  const asked = parseVerify(context.values)
  const request = upToNow(asked, clock.now())
  const config = isSimulated(asked.instrument.exchange)
    ? await besideSimulated(context.config, printError)
    : context.config
  const result = await verify({ ...context, config }, request)
  if (result.summary.windows === 0)
    throw new TickstreamError('TS-SETUP', 'verify: neither the exchange nor the database has a candle of that time')
  print(request.isJson ? reportJson(request, result) : formatReport(request, result))
  return isClean(result.summary) ? 0 : 1
}

const USAGE = `--symbol S      exchange:BASE/QUOTE
--from, --to    times as 2024-08-09T00:00:00Z; windows that lie wholly between them, and have closed, are verified
--interval I    1m, or another one that the exchange makes as well (default: 1m)
--json          one JSON object a finding, and one that sums up

Our final candles (POSTGRES_URL) are held against the exchange's own (${REST_SETTINGS}) in nine fields, exactly. Their trade ids must be
as many as their trades, and go on where the candle before has ended. What ours knows to lack trades (partial, gap) is named and not
compared; so is a candle of the exchange that is none (it ends early, begins off the grid, stands twice in two ways), and the others
count. A gap of the table gaps that was not filled must lie in no candle that claims to be whole.
Exit code 0: nothing differs; 1: something does, in the table. It reads alone: stopped, it says by which --from it goes on.`

const text = { type: 'string' } as const

export const command: Command = {
  name: 'verify',
  summary: "hold our candles against the exchange's own, field by field, and their trade ids against the ledger",
  usage: USAGE,
  options: { symbol: text, from: text, to: text, interval: text, json: { type: 'boolean' } },
  run
}
