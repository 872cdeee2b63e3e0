import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import type { IdRange } from '../manifest/id-ranges.ts'
import type { LakeFile } from '../manifest/manifest.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { mergeTrades } from './merge-trades.ts'

/** The files that hold an instrument now. */
export type ListFiles = () => Promise<readonly LakeFile[]>

/** What is read of files that compaction may replace and remove meanwhile; places are compared by nobody but `read`. */
type Resumable<F, P, T> = {
  readonly files: readonly F[]
  /** The files that hold the same now. */
  readonly list: () => Promise<readonly F[]>
  readonly from: P
  readonly read: (files: readonly F[], from: P) => AsyncGenerator<T>
  /** Where reading goes on behind what was read. */
  readonly after: (item: T) => P
}

/**
 * For whoever reads for longer than files last: where some of them are gone, it goes on behind what was read last, from those that took their
 * place. A failure of files that are all there is thrown.
 */
export async function* resumable<F extends { readonly path: string }, P, T>(
  options: Resumable<F, P, T>
): AsyncGenerator<T> {
  let [from, current] = [options.from, options.files]
  for (;;) {
    try {
      for await (const item of options.read(current, from)) {
        from = options.after(item)
        yield item
      }
      return
    } catch (error) {
      const live = await options.list()
      const paths = new Set(live.map(({ path }) => path))
      if (current.every(({ path }) => paths.has(path))) throw error
      current = live
    }
  }
}

/** Merged trades, also where compaction replaces and removes files meanwhile. */
export const resumableTrades = (
  store: LakeStore,
  files: readonly LakeFile[],
  within: IdRange,
  list: ListFiles
): AsyncGenerator<readonly Trade[]> =>
  resumable({
    files,
    list,
    from: within.from,
    read: (current, from) => mergeTrades(store, current, { from, to: within.to }),
    after: trades => chainId(trades.at(-1)!) + 1
  })
