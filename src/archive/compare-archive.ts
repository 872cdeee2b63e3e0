import { parseFilePath } from '../lake/manifest/lake-paths.ts'
import { liveFiles } from '../lake/manifest/manifest.ts'
import { mergeTrades } from '../lake/read/merge-trades.ts'
import type { LakeStore } from '../lake/store/lake-store.ts'
import { TickstreamError } from '../market/error.ts'
import { chainId, type Trade } from '../market/records/feed/trade.ts'
import type { ArchiveFile } from './find-archives.ts'
import { sourceName } from './import-archive.ts'
import { type ArchiveForm, readArchive } from './read-archive.ts'

/** An archive beside what others brought into the lake of the same ids. */
export type Comparison = {
  readonly same: number
  readonly differing: number
  /** Ids of the archive that nothing else brought. */
  readonly notInLake: number
  /** Ids of the lake between the first and the last of the archive that the archive does not have. */
  readonly notInArchive: number
}

const COMPARED = ['price', 'quantity', 'time', 'side', 'prints'] as const

/** What the archive and the lake say differently of a trade; empty where they agree. */
const differences = (archived: Trade, stored: Trade): readonly string[] =>
  COMPARED.filter(name => archived[name] !== stored[name]).map(
    name => `${name} is ${archived[name]} in the archive and ${stored[name]} in the lake`
  )

/** The trades of a lake in the order of their ids, looked at one at a time. */
const peekable = (pages: AsyncGenerator<readonly Trade[]>) => {
  let page: readonly Trade[] = []
  let at = 0
  const peek = async (): Promise<Trade | null> => {
    while (at >= page.length) {
      const next = await pages.next()
      if (next.done) return null
      ;[page, at] = [next.value, 0]
    }
    return page[at]!
  }
  return { peek, skip: () => void at++, close: () => pages.return(undefined) }
}

/** The trades of an archive, whose ids rise. Throws `TS-DATA` where they do not. */
async function* ascending(file: ArchiveFile, form: ArchiveForm): AsyncGenerator<Trade> {
  let before = Number.NEGATIVE_INFINITY
  for await (const trades of readArchive(file.path, form, 0))
    for (const { trade } of trades) {
      const id = chainId(trade)
      if (id <= before) throw new TickstreamError('TS-DATA', `${file.name}: id ${id} comes after ${before}`)
      before = id
      yield trade
    }
}

/**
 * Holds an archive against what streams and other archives brought into a lake, trade by trade. `onDifference` is told of each that
 * both have and say differently. A page of each is in memory.
 */
export const compareArchive = async (
  file: ArchiveFile,
  form: ArchiveForm,
  store: LakeStore,
  onDifference: (line: string) => void
): Promise<Comparison> => {
  const { exchange, symbol } = form.instrument
  const files = (await liveFiles(store)).filter(
    ({ path, ...about }) =>
      about.exchange === exchange && about.instrument === symbol && parseFilePath(path)?.topic !== sourceName(file)
  )
  let [same, differing, notInLake, notInArchive] = [0, 0, 0, 0]
  let lake: ReturnType<typeof peekable> | null = null
  for await (const trade of ascending(file, form)) {
    const id = chainId(trade)
    lake ??= peekable(mergeTrades(store, files, { from: id, to: Number.MAX_SAFE_INTEGER }))
    let stored = await lake.peek()
    for (; stored !== null && chainId(stored) < id; stored = await lake.peek()) {
      notInArchive++
      lake.skip()
    }
    if (stored === null || chainId(stored) !== id) {
      notInLake++
      continue
    }
    lake.skip()
    const found = differences(trade, stored)
    if (found.length === 0) same++
    else {
      differing++
      onDifference(`trade ${id}: ${found.join('; ')}`)
    }
  }
  await lake?.close()
  return { same, differing, notInLake, notInArchive }
}
