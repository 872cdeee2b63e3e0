import { TickstreamError } from '../../market/error.ts'
import { exitCodeOf } from '../../market/errors.ts'
import { chainNumber } from '../../market/records/feed/trade.ts'
import { IdRuns } from '../manifest/id-runs.ts'
import type { TableName } from '../manifest/lake-paths.ts'
import type { FileOf, FrameFile, LakeFile, StoredFile } from '../manifest/manifest.ts'
import { openFrameFile } from '../parquet/read-frame-file.ts'
import { openTradeFile } from '../parquet/read-trade-file.ts'
import type { LakeStore, StoredObject } from '../store/lake-store.ts'
import type { LakeCheck, LakeFinding } from './lake-report.ts'

const AT_ONCE = 8

type AnyFile = FileOf<TableName>

const otherRows = (rows: number, about: StoredFile): string | null =>
  rows === about.rows ? null : `holds ${rows} rows, the manifest says ${about.rows}`

/** What is wrong with the rows of a file of trades; null: nothing. */
const checkTrades = async (store: LakeStore, about: LakeFile): Promise<string | null> => {
  const file = await openTradeFile(store, about)
  const others = otherRows(file.rows, about)
  if (others) return others
  const hasChain = about.ids !== null
  const found = new IdRuns(hasChain)
  let doubles = 0
  for await (const trades of file.outlines())
    for (const trade of trades) if (!found.add(hasChain ? chainNumber(trade) : trade.id)) doubles++
  if (doubles > 0) return `holds ${doubles} ids twice`
  if (JSON.stringify(found.runs()) === JSON.stringify(about.ids)) return null
  return `holds other ids than the manifest says: not ${about.minId}..${about.maxId} whole`
}

/** What is wrong with the rows of a file of frames; null: nothing. */
const checkFrames = async (store: LakeStore, about: FrameFile): Promise<string | null> => {
  const file = await openFrameFile(store, about)
  const others = otherRows(file.rows, about)
  if (others) return others
  let last = { offset: -1, index: -1 }
  for await (const positions of file.positions())
    for (const position of positions) {
      const isNext = position.offset > last.offset || (position.offset === last.offset && position.index > last.index)
      if (!isNext) return `holds frame ${position.index} of offset ${position.offset} twice, or out of order`
      last = position
    }
  return last.offset === about.lastOffset
    ? null
    : `ends at offset ${last.offset}, the manifest says ${about.lastOffset}`
}

const checkRows = (store: LakeStore, about: AnyFile): Promise<string | null> =>
  'ids' in about ? checkTrades(store, about) : checkFrames(store, about)

/** What is wrong with a file; null: nothing. */
const checkFile = async (
  store: LakeStore,
  about: AnyFile,
  bytes: number | undefined,
  isQuick: boolean
): Promise<string | null> => {
  if (bytes !== undefined && bytes !== about.bytes) return `has ${bytes} bytes, the manifest says ${about.bytes}`
  try {
    if (!isQuick) return await checkRows(store, about)
  } catch (error) {
    if (error instanceof TickstreamError && !error.retryable && exitCodeOf(error) !== 2) return error.message
    throw error
  }
  // One that was written since the files were listed is there all the same.
  return bytes === undefined && (await store.get(about.path)) === null ? 'is not there' : null
}

/** Looks whether every file that the manifest names is there, and holds what the manifest says of it. */
export const checkFiles = async (
  store: LakeStore,
  files: readonly AnyFile[],
  objects: readonly StoredObject[],
  { isQuick, signal }: LakeCheck
): Promise<readonly LakeFinding[]> => {
  const sizes = new Map(objects.map(({ path, bytes }) => [path, bytes]))
  const findings: LakeFinding[] = []
  for (let at = 0; at < files.length; at += AT_ONCE) {
    signal.throwIfAborted()
    const some = files.slice(at, at + AT_ONCE)
    const problems = await Promise.all(some.map(file => checkFile(store, file, sizes.get(file.path), isQuick)))
    problems.forEach((problem, n) => {
      if (problem !== null) findings.push({ kind: 'fault', where: some[n]!.path, says: problem })
    })
  }
  return findings
}
