import type { Contents } from './log-contents.ts'
import type { PartitionLog } from './partition-log.ts'

/** Topics that take the place of others of their names. */
export type Replacements = {
  /** Tells a topic from another one of its name. */
  readonly idOf: (topic: string) => string
  /** Deletes a topic, and makes it again from a copy of what stands from `from` on in each partition. */
  readonly makeAnew: (topic: string, from: (partition: number) => number) => void
  /** Puts another topic in the place of one, which takes no records; returns how to bring that of before back. */
  readonly replace: (topic: string, contentsOf: (log: PartitionLog) => Contents) => () => void
  /** Whether another topic stands in the place of this one. */
  readonly isReplaced: (topic: string) => boolean
}

export const createReplacements = (logsOf: (topic: string) => readonly PartitionLog[]): Replacements => {
  const made = new Map<string, number>()
  const numbers = new Map<string, number>()
  const replaced = new Set<string>()
  const renew = (topic: string): void => {
    made.set(topic, (made.get(topic) ?? 1) + 1)
    numbers.set(topic, made.get(topic)!)
  }
  const numberOf = (topic: string): number => numbers.get(topic) ?? 1
  return {
    idOf: topic => `${topic} ${numberOf(topic)}`,
    makeAnew: (topic, from) => {
      for (const [partition, log] of logsOf(topic).entries()) log.makeAnew(from(partition))
      renew(topic)
    },
    replace: (topic, contentsOf) => {
      const number = numberOf(topic)
      const before = logsOf(topic).map(log => [log, log.exchange(contentsOf(log))] as const)
      renew(topic)
      replaced.add(topic)
      return () => {
        for (const [log, contents] of before) log.exchange(contents)
        numbers.set(topic, number)
        replaced.delete(topic)
      }
    },
    isReplaced: topic => replaced.has(topic)
  }
}
