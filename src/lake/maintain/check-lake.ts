import { between, type IdRange, idsOf, namedIds, outside } from '../manifest/id-ranges.ts'
import { parseFilePath, TABLES, type TableName } from '../manifest/lake-paths.ts'
import {
  type FileOf,
  isWithin,
  type LakeEntry,
  type LakeFile,
  liveEntries,
  type StoredFile,
  seriesKey,
  spanOf
} from '../manifest/manifest.ts'
import type { LakeStore, StoredObject } from '../store/lake-store.ts'
import { checkFiles } from './check-files.ts'
import type { InstrumentReport, LakeCheck, LakeFinding, LakeReport, PartitionReport } from './lake-report.ts'

const seriesName = ({ topic, partition, made }: LakeEntry): string =>
  `${topic}/${partition}${made === 0 ? '' : ` made${made}`}`

const byOffset = (a: LakeEntry, b: LakeEntry): number => a.firstOffset - b.firstOffset

const filesOf = <T extends TableName>(entries: readonly LakeEntry<T>[]): readonly FileOf<T>[] =>
  entries.flatMap(entry => entry.files)

const rowsOf = (files: readonly StoredFile[]): number => files.reduce((sum, file) => sum + file.rows, 0)

const partitionReport = (entries: readonly LakeEntry[]): PartitionReport => ({
  name: seriesName(entries[0]!),
  firstOffset: entries[0]!.firstOffset,
  lastOffset: Math.max(...entries.map(entry => entry.lastOffset)),
  entries: entries.length,
  files: filesOf(entries).length,
  rows: rowsOf(filesOf(entries))
})

/** Where the offsets of a partition do not join. */
const seams = (entries: readonly LakeEntry[]): readonly LakeFinding[] =>
  entries.slice(1).flatMap((entry, at): readonly LakeFinding[] => {
    const due = entries[at]!.lastOffset + 1
    const { firstOffset } = entry
    const where = seriesName(entry)
    if (firstOffset > due)
      return [{ kind: 'fault', where, says: `no entry speaks for the offsets ${due}..${firstOffset - 1}` }]
    if (firstOffset === due) return []
    const says = `two entries speak for the offsets ${firstOffset}..${Math.min(due - 1, entry.lastOffset)}; \`lake compact\` of that day makes one of them`
    return [{ kind: 'fault', where, says }]
  })

const count = (ranges: readonly IdRange[]): number => ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)

const text = ({ from, to }: IdRange): string => (from === to ? `${from}` : `${from}..${to}`)

const checkInstrument = (
  files: readonly LakeFile[],
  ledger: LakeCheck['ledger']
): { readonly report: InstrumentReport; readonly findings: readonly LakeFinding[] } => {
  const { exchange, instrument } = files[0]!
  const name = `${exchange}:${instrument}`
  const ids = idsOf(files)
  const report = { name, rows: rowsOf(files), firstId: null, lastId: null, missing: 0, named: 0 }
  if (ids === null)
    return { report, findings: [{ kind: 'note', where: name, says: 'no number proves its trades whole' }] }
  const gaps = between(ids)
  const named = namedIds(ledger ?? [], exchange, instrument)
  const unnamed = gaps.flatMap(gap => outside(gap, named))
  const why = ledger === null ? 'and `gaps` was not asked' : 'and `gaps` does not name them'
  return {
    report: {
      ...report,
      firstId: String(ids[0]!.from),
      lastId: String(ids.at(-1)!.to),
      missing: count(gaps),
      named: count(gaps) - count(unnamed)
    },
    findings: unnamed.map(gap => ({ kind: 'fault', where: name, says: `ids ${text(gap)} are missing, ${why}` }))
  }
}

/** Files that no entry names: left behind by a crash, merged into others, or not covered yet. Readers never see them. */
const strays = (objects: readonly StoredObject[], entries: readonly LakeEntry[]): readonly LakeFinding[] => {
  const listed = new Set(filesOf(entries).map(file => file.path))
  const astray = objects.filter(({ path }) => path.endsWith('.parquet') && !listed.has(path))
  return astray.map(({ path }) => {
    const span = parseFilePath(path)
    const covers = (entry: LakeEntry): boolean =>
      span !== null && seriesKey(span) === seriesKey(spanOf(entry)) && isWithin(span, spanOf(entry))
    const why = entries.some(covers) ? 'its rows stand in others' : 'a sink was stopped, or is at it'
    return { kind: 'note', where: path, says: `no entry names it: ${why}` }
  })
}

/**
 * Proves from the manifest, the files and the ids that a lake misses nothing: what Kafka had at its offsets stands in files that are
 * there, and the ids of each instrument follow each other, but for gaps that the ledger names.
 */
export const checkLake = async (store: LakeStore, check: LakeCheck): Promise<LakeReport> => {
  // Listed before the manifest is read, so that nothing is astray that was covered meanwhile.
  const objects = (await Promise.all(TABLES.map(table => store.list(table)))).flat()
  const ticks = await liveEntries(store, 'raw_ticks')
  const entries: readonly LakeEntry[] = [...ticks, ...(await liveEntries(store, 'raw_frames'))]
  const series = [...Map.groupBy(entries, entry => seriesKey(spanOf(entry))).values()].map(entries =>
    entries.toSorted(byOffset)
  )
  const files = filesOf(entries)
  const bySymbol = Map.groupBy(filesOf(ticks), file => `${file.exchange}:${file.instrument}`)
  const instruments = [...bySymbol.values()].map(files => checkInstrument(files, check.ledger))
  const findings = [
    ...series.flatMap(seams),
    ...(await checkFiles(store, files, objects, check)),
    ...instruments.flatMap(instrument => instrument.findings),
    ...strays(objects, entries)
  ]
  const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1)
  return {
    partitions: series.map(partitionReport).sort(byName),
    instruments: instruments.map(instrument => instrument.report).sort(byName),
    findings
  }
}
