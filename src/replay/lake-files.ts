import type { LakeFile } from '../lake/manifest/manifest.ts'
import { touches } from '../lake/read/ids-in-time-range.ts'
import { TickstreamError } from '../market/error.ts'
import { instrumentKey } from '../market/instrument.ts'
import { iso } from '../market/time.ts'
import type { LakeRequest } from './lake-request.ts'

/** The files of each instrument, `exchange:BASE/QUOTE`. */
export type FilesByInstrument = ReadonlyMap<string, readonly LakeFile[]>

export const filesByInstrument = (files: readonly LakeFile[]): FilesByInstrument =>
  Map.groupBy(files, ({ exchange, instrument }) => `${exchange}:${instrument}`)

/** The files of what was asked for. Throws `TS-CONFIG` that names everything that the lake cannot give. */
export const wantedFiles = (
  { instruments, from, to }: LakeRequest,
  held: FilesByInstrument,
  url: string
): FilesByInstrument => {
  const problems: string[] = []
  const names = instruments?.map(instrumentKey) ?? [...held.keys()]
  const known = [...held.keys()].sort().join(', ')
  if (held.size === 0) problems.push(`--from-lake: ${url} holds no trades: no entry stands in raw_ticks/_manifest`)
  else
    for (const name of names)
      if (!held.has(name)) problems.push(`--symbol ${name}: ${url} does not hold it; it holds ${known}`)
  const found = names.filter(name => held.has(name)).map(name => [name, held.get(name)!] as const)
  if (problems.length === 0 && !found.some(([, files]) => files.some(file => touches(file, { from, to }))))
    problems.push(`--from ${iso(from)} --to ${iso(to)}: ${url} holds no trade of that time`)
  if (problems.length > 0)
    throw new TickstreamError('TS-CONFIG', `replay cannot begin:\n${problems.map(p => `  ${p}`).join('\n')}`)
  return new Map(found)
}
