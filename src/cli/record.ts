import { createWriteStream } from 'node:fs'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { baseUrls } from '../exchange/base-urls.ts'
import { exchangesOf } from '../exchange/registry.ts'
import type { Output } from '../ingest/output.ts'
import { frameLine } from '../ingest/raw/frame-lines.ts'
import { recordSockets } from '../ingest/raw/record-sockets.ts'
import { startIngest } from '../ingest/start-ingest.ts'
import { fetchJson } from '../ingest/transport/fetch-json.ts'
import { openSocket } from '../ingest/transport/open-socket.ts'
import { TickstreamError } from '../market/error.ts'
import { systemClock } from '../runtime/clock.ts'
import { parseDuration } from '../runtime/config/parse-setting.ts'
import { type Flags, neededFlag, refuseProblems, textFlag } from '../runtime/flags.ts'
import type { Command, Context } from './run/command.ts'
import { plainSymbols } from './run/plain-symbols.ts'

type Request = { readonly file: string; readonly forMs: number | null }

const parse = (context: Context): Request => {
  const flags: Flags = { values: context.values, problems: [] }
  const file = neededFlag(flags, 'out', 'name the file; .gz compresses it')
  const text = textFlag(flags, 'for')
  const forMs = text === null ? null : (parseDuration(text) ?? null)
  if (text !== null && forMs === null) flags.problems.push(`--for ${text}: give a duration as 60s, 10m or 2h`)
  refuseProblems(flags, 'record')
  return { file: file ?? '', forMs }
}

/** Trades go nowhere: the frames are what is wanted. */
const NOWHERE: Output = {
  send: async () => undefined,
  close: async () => undefined,
  backlog: () => ({ records: 0, bytes: 0 }),
  onRefused: () => undefined,
  trust: () => undefined
}

const run = async (context: Context): Promise<number> => {
  const { config, log, health, signal } = context
  const { file, forMs } = parse(context)
  const [first, ...others] = exchangesOf(plainSymbols(config, 'record'))
  if (first === undefined || others.length > 0)
    throw new TickstreamError('TS-CONFIG', 'record: SYMBOLS names several exchanges; record one at a time')
  const lines = new PassThrough()
  const written = file.endsWith('.gz')
    ? pipeline(lines, createGzip(), createWriteStream(file))
    : pipeline(lines, createWriteStream(file))
  let frames = 0
  const keep = recordSockets(openSocket, systemClock, (_, frame) => {
    frames += 1
    lines.write(`${frameLine(frame)}\n`)
  })
  const { ws, rest } = baseUrls(first.exchange, config.exchangeUrls)
  const ingest = startIngest({
    ...first,
    wsUrl: ws,
    restUrl: rest,
    graceMs: config.graceMs,
    heartbeatMs: config.heartbeatMs,
    gapGiveUpMs: config.gapGiveUpMs,
    quotes: true,
    positions: [],
    openGaps: [],
    klinePositions: [],
    readPositions: async () => [],
    readPublished: async () => [],
    output: NOWHERE,
    clock: systemClock,
    fetchJson,
    openSocket: keep,
    log,
    health,
    random: Math.random
  })
  await untilOver(signal, forMs)
  ingest.stop()
  lines.end()
  await written
  log.info({ file, frames }, 'recorded')
  return 0
}

const untilOver = async (signal: AbortSignal, forMs: number | null): Promise<void> => {
  const over = forMs === null ? signal : AbortSignal.any([signal, AbortSignal.timeout(forMs)])
  if (!over.aborted) await new Promise(resolve => over.addEventListener('abort', resolve, { once: true }))
}

/** `tickstream record` */
export const command: Command = {
  name: 'record',
  summary: "an exchange's frames as they come, into a file that `simulate --frames` and tests play",
  usage: `Follows SYMBOLS of one exchange: trades, books, tickers, its own candles. Each line is "<receive time ns> <frame>";
what was sent to the exchange has a > before it. Ends after --for, or with Ctrl-C.
--out FILE        the file; .gz compresses it
--for DURATION    60s, 10m, 2h`,
  options: { out: { type: 'string' }, for: { type: 'string' } },
  run
}
