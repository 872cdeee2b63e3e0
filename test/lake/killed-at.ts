import type { LakeStore } from '../../src/lake/store/lake-store.ts'

/** A store that ends, as if killed, before its nth change, or behind it. */
export const killedAt = (store: LakeStore, nth: number, when: 'before' | 'behind'): LakeStore => {
  let changes = 0
  const change =
    <Args extends readonly unknown[]>(work: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      const isLast = ++changes === nth
      if (isLast && when === 'before') throw new Error('killed')
      await work(...args)
      if (isLast) throw new Error('killed')
    }
  return { ...store, put: change(store.put), move: change(store.move), remove: change(store.remove) }
}
