import type { Finals } from '../support/final-candles.ts'
import { lacking } from './lacking.ts'

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Finals against those of an undisturbed fold over the same records, key by key. */
export const compareFinals = (read: Finals, due: Finals) => {
  const keys = [...new Set([...read.keys(), ...due.keys()])]
  const ofKey = (key: string) => {
    const [found, wanted] = [read.get(key) ?? [], due.get(key) ?? []]
    const [foundOnce, wantedOnce] = [new Set(found), new Set(wanted)]
    const common = [...foundOnce].filter(value => wantedOnce.has(value))
    const isInOrder = common.join() === wanted.filter(value => foundOnce.has(value)).join()
    return {
      lost: lacking(wantedOnce, foundOnce),
      doubled: found.length - foundOnce.size,
      phantom: lacking(foundOnce, wantedOnce) + (isInOrder ? 0 : 1)
    }
  }
  const all = keys.map(ofKey)
  return {
    lost: sum(all.map(of => of.lost)),
    doubled: sum(all.map(of => of.doubled)),
    phantom: sum(all.map(of => of.phantom))
  }
}
