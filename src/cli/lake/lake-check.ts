import { checkLake } from '../../lake/maintain/check-lake.ts'
import type { LakeFinding, LakeReport } from '../../lake/maintain/lake-report.ts'
import { readGapLedger } from '../../research/read-gap-ledger.ts'
import type { Command, Context } from '../run/command.ts'
import { openLake } from './open-lake.ts'

type Cell = string | number | null

/** Prints rows below a head, names to the left and figures to the right. */
const printTable = (head: readonly string[], rows: readonly (readonly Cell[])[]): void => {
  const lines = [head, ...rows.map(row => row.map(cell => String(cell ?? '')))]
  const widths = head.map((_, at) => Math.max(...lines.map(line => line[at]!.length)))
  const cell = (text: string, at: number): string => (at === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[at]!))
  for (const line of lines) process.stdout.write(`${line.map(cell).join('  ')}\n`)
}

const print = (line: string): void => void process.stdout.write(`${line}\n`)

const MARK = { fault: 'FAULT', note: 'note ' } as const

const show = ({ partitions, instruments, findings }: LakeReport): void => {
  printTable(
    ['partition', 'first offset', 'last offset', 'entries', 'files', 'rows'],
    partitions.map(report => [
      report.name,
      report.firstOffset,
      report.lastOffset,
      report.entries,
      report.files,
      report.rows
    ])
  )
  print('')
  printTable(
    ['instrument', 'trades', 'first id', 'last id', 'missing', 'named by gaps'],
    instruments.map(report => [report.name, report.rows, report.firstId, report.lastId, report.missing, report.named])
  )
  print('')
  for (const { kind, where, says } of findings) print(`${MARK[kind]}  ${where}: ${says}`)
  const faults = findings.filter(isFault).length
  print(faults === 0 ? 'nothing is missing' : `${faults} ${faults === 1 ? 'fault' : 'faults'}`)
}

const isFault = ({ kind }: LakeFinding): boolean => kind === 'fault'

const run = async (context: Context): Promise<number> => {
  const { values, signal } = context
  const store = await openLake(context, values.lake, 'lake')
  try {
    const ledger = await readGapLedger(context)
    const report = await checkLake(store, { ledger, isQuick: values.quick === true, signal })
    if (values.json === true) print(JSON.stringify(report))
    else show(report)
    return report.findings.some(isFault) ? 1 : 0
  } finally {
    store.close()
  }
}

export const command: Command = {
  name: 'lake check',
  summary: 'prove from the manifest, the files and the trade ids that the lake misses nothing',
  usage: `--lake PATH   a folder or s3://bucket/prefix; LAKE_DIR when left out
--quick       look whether files are there and as large as they were written, and do not open them
--json        one JSON object
Offsets of each partition must join, each file must hold its rows and ids, and the ids of an instrument follow each other but for
gaps that \`gaps\` names (asked in POSTGRES_URL, else in KAFKA_BROKERS). Exit code 1 when something is missing.`,
  options: { lake: { type: 'string' }, quick: { type: 'boolean' }, json: { type: 'boolean' } },
  run
}
