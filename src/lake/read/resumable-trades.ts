import { chainId, type Trade } from '../../market/records/feed/trade.ts'
import type { IdRange } from '../manifest/id-ranges.ts'
import type { LakeFile } from '../manifest/manifest.ts'
import type { LakeStore } from '../store/lake-store.ts'
import { mergeTrades } from './merge-trades.ts'

/** The files that hold an instrument now. */
export type ListFiles = () => Promise<readonly LakeFile[]>

/**
 * Merged trades for whoever reads for longer than files last: where compaction has replaced and removed some of them meanwhile, it goes on
 * behind the last trade from those that took their place.
 */
export async function* lastingTrades(
  store: LakeStore,
  files: readonly LakeFile[],
  within: IdRange,
  list: ListFiles
): AsyncGenerator<readonly Trade[]> {
  let [from, current] = [within.from, files]
  for (;;) {
    try {
      for await (const trades of mergeTrades(store, current, { from, to: within.to })) {
        from = chainId(trades.at(-1)!) + 1
        yield trades
      }
      return
    } catch (error) {
      const live = await list()
      const paths = new Set(live.map(({ path }) => path))
      if (current.every(({ path }) => paths.has(path))) throw error
      current = live
    }
  }
}
