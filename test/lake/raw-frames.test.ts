import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { checkLake } from '../../src/lake/maintain/check-lake.ts'
import { compactDay } from '../../src/lake/maintain/compact-day.ts'
import { removeReplaced } from '../../src/lake/maintain/remove-replaced.ts'
import { liveEntries, liveFiles } from '../../src/lake/manifest/manifest.ts'
import { framesInRange } from '../../src/lake/read/read-frames.ts'
import { folderStore } from '../../src/lake/store/folder-store.ts'
import type { LakeStore } from '../../src/lake/store/lake-store.ts'
import { epochMs } from '../../src/market/time.ts'
import { type ConnectionFrames, packFrames, type RawFrame } from '../../src/runtime/frames/frame-lines.ts'
import { lakeSink } from '../../src/sink/lake/lake-sink.ts'
import { rawFrames } from '../../src/topics.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { incoming } from '../support/records.ts'
import { duckdbRows } from './lake-rows.ts'
import { MIDNIGHT, NEVER } from './lake-scene.ts'

const TOPIC = 'a-raw_frames'
const DAYS = ['2024-08-08', '2024-08-09']
const ALL = { from: MIDNIGHT - 86_400_000, to: MIDNIGHT + 86_400_000, exchanges: ['binance', 'kraken'] }

const frameAt = (ms: number, text = `{"n":${ms}}`): RawFrame => ({
  direction: 'in',
  receivedAt: epochMs(MIDNIGHT + ms),
  text
})

const recordOf = (frames: readonly RawFrame[], connection = '1-1', exchange = 'binance'): ConnectionFrames => ({
  exchange,
  connection,
  frames
})

const bytesOf = ({ exchange, connection, frames }: ConnectionFrames): Buffer =>
  Buffer.from(
    rawFrames.codec.encode({
      exchange,
      connection,
      receivedAt: frames[0]!.receivedAt,
      count: frames.length,
      frames: packFrames(frames)
    })
  )

/** Records whose messages are each of a moment of its own, so that their order is known. */
const RECORDS = fc
  .array(
    fc.record({
      exchange: fc.constantFrom('binance', 'kraken'),
      connection: fc.constantFrom('1-1', '1-2'),
      frames: fc.array(
        fc.record({ direction: fc.constantFrom('in' as const, 'out' as const), text: fc.json({ maxDepth: 1 }) }),
        { minLength: 1, maxLength: 4 }
      )
    }),
    { minLength: 1, maxLength: 12 }
  )
  .map(records => {
    let ms = -records.length
    return records.map(({ frames, ...of }) => ({
      ...of,
      frames: frames.map(frame => ({ ...frame, receivedAt: epochMs(MIDNIGHT + ms++) }))
    }))
  })

describe('frames in a lake', () => {
  let folder: string
  let store: LakeStore

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickstream-frames-'))
    store = folderStore(folder)
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  /** Writes records at offsets from `at` on as an entry of its own, by a sink that knows nothing of what was before. */
  const write = async (at: number, records: readonly ConnectionFrames[], partition = 0): Promise<void> => {
    const [clock, place] = [fakeClock(), { topic: TOPIC, partition }]
    const sink = lakeSink({ ...store, list: async () => [] }, clock, { frames: true })
    await sink.positions!([place])
    await sink.write({ values: [], advances: [{ ...place, stored: null, next: BigInt(at) }] }, NEVER)
    const values = records.map((record, n) => {
      const read = incoming({ topic: rawFrames.name, partition, offset: String(at + n), value: bytesOf(record) })
      return { value: sink.read(read)!, record: read }
    })
    const next = BigInt(at + records.length)
    await sink.write({ values, advances: [{ ...place, stored: BigInt(at), next }] }, NEVER)
    await clock.sleep(60_000)
    await sink.write({ values: [], advances: [] }, NEVER)
  }
  const read = async (wanted = ALL): Promise<readonly ConnectionFrames[]> => {
    const found: ConnectionFrames[] = []
    for await (const record of framesInRange(store, wanted)) found.push(record)
    return found
  }
  const compact = async (): Promise<void> => {
    for (const day of DAYS) for await (const _ of compactDay(store, day, NEVER));
  }
  const faults = async () =>
    (await checkLake(store, { ledger: null, isQuick: false, signal: NEVER })).findings.filter(
      ({ kind }) => kind === 'fault'
    )

  test('are by exchange and UTC day of their receiving, with time, connection and direction, as DuckDB reads them', async () => {
    const ping = { direction: 'out', receivedAt: epochMs(MIDNIGHT), text: '{"op":"ping"}' } as const
    await write(7, [recordOf([frameAt(-1, '{"s":"币安人生"}'), ping]), recordOf([frameAt(5)], '1-2', 'kraken')])
    const paths = (await liveEntries(store, 'raw_frames')).flatMap(({ files }) => files.map(({ path }) => path))
    const name = `${TOPIC}-0-00000000000000000007-00000000000000000008.parquet`
    expect(paths).toEqual([
      `raw_frames/venue=binance/date=2024-08-08/${name}`,
      `raw_frames/venue=binance/date=2024-08-09/${name}`,
      `raw_frames/venue=kraken/date=2024-08-09/${name}`
    ])
    const list = paths.map(path => `'${join(folder, path)}'`)
    const rows = await duckdbRows(
      `select * exclude (venue) from read_parquet([${list}]) order by kafka_offset, frame_index`
    )
    const place = { kafka_partition: '0', kafka_offset: '7' }
    const binance = { exchange: 'binance', connection: '1-1', ...place }
    expect(rows).toEqual([
      {
        ...binance,
        ...{ date: '2024-08-08', direction: 'in', frame: '{"s":"币安人生"}', frame_index: '0' },
        received_at: '2024-08-08 23:59:59.999+00'
      },
      {
        ...binance,
        ...{ date: '2024-08-09', direction: 'out', frame: '{"op":"ping"}', frame_index: '1' },
        received_at: '2024-08-09 00:00:00+00'
      },
      {
        ...{ exchange: 'kraken', connection: '1-2', kafka_partition: '0', kafka_offset: '8' },
        ...{ date: '2024-08-09', direction: 'in', frame: '{"n":5}', frame_index: '0' },
        received_at: '2024-08-09 00:00:00.005+00'
      }
    ])
    expect(await liveFiles(store)).toEqual([])
  })

  test('come back as they were, each once, in parts, in overlapping parts and in one', async () => {
    await fc.assert(
      fc.asyncProperty(RECORDS, fc.nat(11), fc.nat(11), async (records, one, other) => {
        rmSync(folder, { recursive: true, force: true })
        const [begin, end] = [Math.min(one, other, records.length), Math.min(Math.max(one, other), records.length)]
        await write(0, records.slice(0, end))
        // Another owner that began before the first one had ended.
        await write(begin, records.slice(begin))
        const textsOf = (some: readonly ConnectionFrames[]) =>
          some.flatMap(({ exchange, connection, frames }) =>
            frames.map(({ direction, receivedAt, text }) =>
              [exchange, connection, direction, receivedAt, text].join(' ')
            )
          )
        expect(textsOf(await read())).toEqual(textsOf(records))
        await compact()
        // What overlaps over midnight is of two days, and stays apart.
        expect((await faults()).filter(({ says }) => !says.startsWith('two entries speak'))).toEqual([])
        expect(textsOf(await read())).toEqual(textsOf(records))
        const middle = MIDNIGHT
        const late = await read({ ...ALL, from: middle, exchanges: ['kraken'] })
        const due = records.filter(({ exchange }) => exchange === 'kraken')
        expect(textsOf(late)).toEqual(
          textsOf(due.map(of => ({ ...of, frames: of.frames.filter(({ receivedAt }) => receivedAt >= middle) })))
        )
      }),
      { numRuns: 20 }
    )
  }, 60_000)

  test('of several partitions come in the order of their receiving', async () => {
    await write(0, [recordOf([frameAt(1)]), recordOf([frameAt(30)])], 0)
    await write(0, [recordOf([frameAt(2), frameAt(3)], '1-2'), recordOf([frameAt(20)], '1-2')], 1)
    expect((await read()).flatMap(({ frames }) => frames.map(({ receivedAt }) => receivedAt - MIDNIGHT))).toEqual([
      1, 2, 3, 20, 30
    ])
  })

  test('go on to be read while compaction replaces and removes their files', async () => {
    for (let at = 0; at < 5; at++) await write(at, [recordOf([frameAt(at)])])
    const found: number[] = []
    for await (const { frames } of framesInRange(store, ALL)) {
      found.push(...frames.map(({ receivedAt }) => receivedAt - MIDNIGHT))
      if (found.length !== 2) continue
      await compact()
      expect(await removeReplaced(store, MIDNIGHT * 2, NEVER)).toBe(10)
    }
    expect(found).toEqual([0, 1, 2, 3, 4])
  })

  test('are checked: a file that is gone, and offsets that no entry speaks for', async () => {
    await write(0, [recordOf([frameAt(0)])])
    await write(3, [recordOf([frameAt(1)])])
    expect(await faults()).toMatchObject([{ where: `${TOPIC}/0`, says: 'no entry speaks for the offsets 1..2' }])
    const [first] = (await liveEntries(store, 'raw_frames')).flatMap(({ files }) => files)
    rmSync(join(folder, first!.path))
    expect(await faults()).toContainEqual(expect.objectContaining({ kind: 'fault', where: first!.path }))
  })

  test('are no business of a sink that was not asked for them', () => {
    expect(lakeSink(store, fakeClock()).topics).toEqual(['raw_ticks'])
    expect(lakeSink(store, fakeClock(), { frames: true }).topics).toEqual(['raw_ticks', 'raw_frames'])
  })

  test('that cannot be unpacked, or of what no folder can be named by, are bad data', () => {
    const sink = lakeSink(store, fakeClock(), { frames: true })
    const good = { exchange: 'binance', connection: '1-1', receivedAt: epochMs(MIDNIGHT), count: 1 }
    const value = (of: object) =>
      Buffer.from(rawFrames.codec.encode({ ...good, frames: packFrames([frameAt(0)]), ...of }))
    for (const bad of [{ frames: 'bm8genN0ZA==' }, { exchange: '../..' }])
      expect(() => sink.read(incoming({ topic: rawFrames.name, value: value(bad) }))).toThrow(
        expect.objectContaining({ code: 'TS-DATA' })
      )
  })
})
