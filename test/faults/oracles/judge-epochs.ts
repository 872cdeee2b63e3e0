import type { SymbolEvidence } from './evidence.ts'

/** Each epoch is one chain of the exchange's ids, a later one than that of the epoch before; and the last chain is followed. */
export const judgeEpochs = ({ symbol, epochs, market }: SymbolEvidence): readonly string[] => {
  const followed = epochs.flatMap(({ epoch, chain }) => (chain === null ? [] : [{ epoch, chain }]))
  const last = market.trades.at(-1)?.chain
  const twice = followed.filter(({ chain }, n) => chain <= (followed[n - 1]?.chain ?? -1))
  return [
    ...twice.map(({ epoch, chain }) => `${symbol}: epoch ${epoch} has ids of chain ${chain}, as the one before`),
    ...(followed.at(-1)?.chain === last ? [] : [`${symbol}: nothing was published of the last chain of ids, ${last}`])
  ]
}
