import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { baseUrls } from '../exchange/base-urls.ts'
import { exchangesOf } from '../exchange/registry.ts'
import { recordSockets } from '../ingest/raw/record-sockets.ts'
import { startIngest } from '../ingest/start-ingest.ts'
import { fetchJson } from '../ingest/transport/fetch-json.ts'
import { openSocket } from '../ingest/transport/open-socket.ts'
import type { Output } from '../ingest/transport/output.ts'
import { TickstreamError } from '../market/error.ts'
import type { Instrument } from '../market/instrument.ts'
import { parseLakeFrames } from '../replay/lake-request.ts'
import { systemClock } from '../runtime/clock.ts'
import { parseDuration } from '../runtime/config/parse-setting.ts'
import { type Flags, neededFlag, refuseProblems, textFlag } from '../runtime/flags.ts'
import { frameLine, type RawFrame } from '../runtime/frames/frame-lines.ts'
import { framesOfLake } from './replay/frame-sources.ts'
import type { Command, Context } from './run/command.ts'
import { plainSymbols } from './run/plain-symbols.ts'

type Followed = ReturnType<typeof exchangesOf<Instrument>>[number]

type Request = { readonly file: string; readonly forMs: number | null }

const parse = (context: Context): Request => {
  const flags: Flags = { values: context.values, problems: [] }
  const file = neededFlag(flags, 'out', 'name the file; .gz compresses it')
  const text = textFlag(flags, 'for')
  const forMs = text === null ? null : (parseDuration(text) ?? null)
  if (text !== null && forMs === null) flags.problems.push(`--for ${text}: give a duration as 60s, 10m or 2h`)
  if (text !== null && context.values['from-lake'] !== undefined)
    flags.problems.push('--for says nothing to a lake: leave it or --from-lake out')
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

/** Lines on their way into a file. */
type LineFile = {
  /** False when more should wait until there is room. */
  readonly write: (frames: readonly RawFrame[]) => boolean
  readonly room: () => Promise<unknown>
  readonly lines: () => number
  readonly close: () => Promise<void>
}

const openLines = (file: string): LineFile => {
  const lines = new PassThrough()
  const written = file.endsWith('.gz')
    ? pipeline(lines, createGzip(), createWriteStream(file))
    : pipeline(lines, createWriteStream(file))
  let count = 0
  const close = (): Promise<void> => {
    lines.end()
    return written
  }
  return {
    write: frames => {
      count += frames.length
      return lines.write(frames.map(frame => `${frameLine(frame)}\n`).join(''))
    },
    room: () => Promise.race([once(lines, 'drain'), written]),
    lines: () => count,
    close
  }
}

/** Frames that a lake keeps, into the file. */
const fromLake = async (context: Context, file: string, exchange: string): Promise<number> => {
  const source = await framesOfLake(context, parseLakeFrames(context.values, 'record'), [exchange])
  const lines = openLines(file)
  try {
    for await (const { some } of source.batches()) {
      context.signal.throwIfAborted()
      if (!lines.write(some.flatMap(({ frames }) => frames))) await lines.room()
    }
  } finally {
    await lines.close()
    await source.close()
  }
  return lines.lines()
}

/** Frames of the sockets as they come, into the file. */
const fromSockets = async (context: Context, { file, forMs }: Request, followed: Followed): Promise<number> => {
  const { config, log, health, signal } = context
  const lines = openLines(file)
  const keep = recordSockets(openSocket, systemClock, (_, frame) => lines.write([frame]))
  const { ws, rest } = baseUrls(followed.exchange, config.exchangeUrls)
  const ingest = startIngest({
    ...followed,
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
  await lines.close()
  return lines.lines()
}

const run = async (context: Context): Promise<number> => {
  const request = parse(context)
  const [first, ...others] = exchangesOf(plainSymbols(context.config, 'record'))
  if (first === undefined || others.length > 0)
    throw new TickstreamError('TS-CONFIG', 'record: SYMBOLS names several exchanges; record one at a time')
  const isOfLake = context.values['from-lake'] !== undefined
  const frames = isOfLake
    ? await fromLake(context, request.file, first.exchange.id)
    : await fromSockets(context, request, first)
  context.log.info({ file: request.file, frames }, 'recorded')
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
--for DURATION    60s, 10m, 2h
or of what \`sink lake\` has kept of that exchange, where RAW_FRAMES is on:
--from-lake PATH  a folder, or s3://bucket/prefix
--from, --to      receive times, from inclusive, to exclusive`,
  options: {
    out: { type: 'string' },
    for: { type: 'string' },
    'from-lake': { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' }
  },
  run
}
