import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { liveFiles } from '../src/lake/manifest/manifest.ts'
import { folderStore } from '../src/lake/store/folder-store.ts'
import type { Tick } from '../src/market/records/feed/trade.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { lakeSink } from '../src/sink/lake/lake-sink.ts'
import type { Incoming } from '../src/stream/topic.ts'
import { rawTicks } from '../src/topics.ts'
import type { BenchOptions, Figures } from './bench.ts'
import { seededTicks } from './seeded-trades.ts'

const PARTITIONS = 4
/** Records to a write, as the stage hands them over. */
const AT_ONCE = 1_000
/** Records that are made at a time, while the clock stands. */
const AHEAD = 50_000
const MiB = 1 << 20

const NEVER = new AbortController().signal

/** Numbers records as a topic does, by the partition of their symbol. */
const numbering = () => {
  const next = Array.from({ length: PARTITIONS }, () => 0)
  const record = (tick: Tick): Incoming => {
    const partition = Number(tick.symbol.slice(1, tick.symbol.indexOf('/'))) % PARTITIONS
    const offset = String(next[partition]!++)
    const value = Buffer.from(rawTicks.codec.encode(tick))
    return { topic: rawTicks.name, partition, offset, timestamp: tick.time, key: null, value, headers: {} }
  }
  const places = next.map((_, partition) => ({ topic: rawTicks.name, partition }))
  return { record, places }
}

/** Records by the thousand, and `pause` raised while they are made. */
function* batches(ticks: Iterator<Tick>, record: (tick: Tick) => Incoming, pause: <T>(work: () => T) => T) {
  for (;;) {
    const made = pause(() => {
      const records: Incoming[] = []
      while (records.length < AHEAD) {
        const { done, value } = ticks.next()
        if (done) break
        records.push(record(value))
      }
      return records
    })
    if (made.length === 0) return
    for (let at = 0; at < made.length; at += AT_ONCE) yield made.slice(at, at + AT_ONCE)
  }
}

/** A watch of the time that passes and that this process computes, without what is paused. */
const stopwatch = () => {
  const now = () => {
    const { user, system } = process.cpuUsage()
    return { wallMs: performance.now(), cpuMs: (user + system) / 1_000 }
  }
  const began = now()
  const paused = { wallMs: 0, cpuMs: 0 }
  const pause = <T>(work: () => T): T => {
    const from = now()
    const made = work()
    paused.wallMs += now().wallMs - from.wallMs
    paused.cpuMs += now().cpuMs - from.cpuMs
    return made
  }
  const seconds = () => ({
    wall: (now().wallMs - began.wallMs - paused.wallMs) / 1_000,
    cpu: (now().cpuMs - began.cpuMs - paused.cpuMs) / 1_000
  })
  return { pause, seconds }
}

/** Records in memory → decode → Parquet files and their manifest on this machine's disk, flushed; no broker. */
export const lake = async ({ records, symbols }: BenchOptions): Promise<Figures> => {
  const folder = mkdtempSync(join(tmpdir(), 'tickstream-bench-lake-'))
  const store = folderStore(folder)
  const sink = lakeSink(store, systemClock)
  const { record, places } = numbering()
  await sink.positions?.(places)
  await sink.write({ values: [], advances: places.map(of => ({ ...of, stored: null, next: 0n })) }, NEVER)
  const ticks = seededTicks({ trades: records, symbols: symbols ?? 20, minutes: 60, seed: 1 })
  const watch = stopwatch()
  try {
    const reached = places.map(() => 0n)
    for (const batch of batches(ticks, record, watch.pause)) {
      const values = batch.flatMap(of => {
        const value = sink.read(of)
        return value === null ? [] : [{ value, record: of }]
      })
      const advances = [...Map.groupBy(batch, of => of.partition)].map(([partition, of]) => {
        const stored = reached[partition]!
        reached[partition] = stored + BigInt(of.length)
        return { ...places[partition]!, stored, next: reached[partition] }
      })
      if ((await sink.write({ values, advances }, NEVER)) !== 'written') throw new Error('the sink was stale')
    }
    await sink.close()
    const { wall, cpu } = watch.seconds()
    const files = await liveFiles(store)
    const rows = files.reduce((sum, file) => sum + file.rows, 0)
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    return {
      tradesPerSecond: Math.round(records / wall),
      cpuSecondsPerMillion: Number(((cpu / records) * 1e6).toFixed(2)),
      peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      files: files.length,
      fileMiB: Number((bytes / MiB).toFixed(1)),
      bytesPerTrade: Number((bytes / rows).toFixed(1)),
      checked: rows === records
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
