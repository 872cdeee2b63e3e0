import type { Clock } from '../../../runtime/clock.ts'
import { isOtherTopic, type TopicIdentity } from '../../../stream/log-identity.ts'
import type { Logs } from './logs.ts'

/** Topics by the broker's names. */
export type Topics = ReadonlyMap<string, TopicIdentity>

/** How often it is looked: a topic that holds more than was read of the one before looks like that one to a reader. */
const LOOK_EVERY_MS = 5_000

/** Waits until a topic that is read is another one of its name, and gives all that are; null once the signal is raised. */
export const replacedTopics = async (
  logs: Logs,
  read: Topics,
  clock: Clock,
  signal: AbortSignal
): Promise<Topics | null> => {
  for (;;) {
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
    if (signal.aborted) return null
    const now = await logs.describe([...read.keys()]).catch((): Topics => new Map())
    const others = [...now].filter(([topic, identity]) => isOtherTopic(identity, read.get(topic) ?? identity))
    if (others.length > 0) return new Map(others)
  }
}
