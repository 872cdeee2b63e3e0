import type { World } from '../world/world.ts'
import { gather } from './evidence.ts'
import { judgeCandles } from './judge-candles.ts'
import { judgeDatabase } from './judge-database.ts'
import { judgeDeadLetters } from './judge-dead-letters.ts'
import { judgeEpochs } from './judge-epochs.ts'
import { judgeFuture } from './judge-future.ts'
import { judgeHeartbeats } from './judge-heartbeats.ts'
import { judgeLedger } from './judge-ledger.ts'
import { judgeRecords } from './judge-records.ts'
import { judgeTrades } from './judge-trades.ts'

/** What ends by itself although only its surroundings failed is a bug, whatever it leaves behind. */
const judgeStages = ({ journal }: World): readonly string[] =>
  ['ingest failed by itself', 'stage ended by a bug'].flatMap(kind => (journal.faults().has(kind) ? [kind] : []))

/** Everything that is wrong with what a run left; nothing: it kept every promise. */
export const judge = (world: World): readonly string[] => {
  const evidence = gather(world)
  return [
    ...judgeStages(world),
    ...judgeRecords(world),
    ...world.operator.complaints(),
    ...evidence.symbols.flatMap(symbol => [
      ...judgeEpochs(symbol),
      ...symbol.epochs.flatMap(epoch => [
        ...judgeTrades(epoch, world),
        ...judgeLedger(epoch, world),
        ...judgeHeartbeats(epoch, world)
      ]),
      ...judgeFuture(symbol, world),
      ...judgeCandles(symbol, world)
    ]),
    ...judgeDeadLetters(evidence),
    ...judgeDatabase(evidence)
  ]
}
