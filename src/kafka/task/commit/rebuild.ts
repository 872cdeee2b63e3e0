import type { Kafka } from 'kafkajs'
import { TickstreamError } from '../../../market/error.ts'
import type { Logger } from '../../../runtime/observe/log.ts'
import type { Topology } from '../../../stream/topology.ts'
import { deadLetters } from '../../../topics.ts'
import type { ResumeOffset } from '../../admin/log/find-resume-offsets.ts'
import { withAdmin } from '../../client/with-admin.ts'
import type { EarlierBuild, Restored } from './state-changelog.ts'

/*
 * A state that was built with other settings is built anew: its inputs are read again from their beginnings, and what was published then is
 * not published again. That is exactly once, since a fold comes to the same outputs from the same inputs. Each commit says how far the
 * earlier builds had come, so a process that is killed on the way goes on as after any other commit.
 */

/** What an earlier build had published of an input: all before this offset that went to those topics. */
export type Published = { readonly before: number; readonly to: (topic: string) => boolean }

const NOT_READ = 0

/** What earlier builds had published, by input, in the order of the topology's. */
export const publishedBefore = <State, In, Out>(
  { from, state }: Topology<State, In, Out>,
  earlier: readonly EarlierBuild[]
): readonly (readonly Published[])[] =>
  from.map(({ name }) =>
    earlier.map(({ version, nextOffsets }) => {
      const build = state.rebuild?.(version, new Map()) ?? null
      return {
        before: Number(nextOffsets[name] ?? NOT_READ),
        to: topic => topic === deadLetters.name || build?.publishedTo(topic) === true
      }
    })
  )

export const isPublished = (published: readonly Published[], offset: number, topic: string): boolean =>
  published.some(({ before, to }) => offset < before && to(topic))

const reachesBack = async (kafka: Kafka, { topic, partition, low }: ResumeOffset, from: number): Promise<boolean> => {
  if (low === 0n) return true
  const found = await withAdmin(kafka, admin => admin.fetchTopicOffsetsByTimestamp(topic, from))
  return found.some(at => at.partition === partition && BigInt(at.offset) > low)
}

type Runtime<State, In, Out> = {
  readonly kafka: Kafka
  readonly topology: Topology<State, In, Out>
  readonly log: Logger
}

/**
 * Where the inputs go on: for a state that is built anew, where they begin. Throws `TS-CONFIG` where one no longer reaches back as far as
 * that state needs.
 */
export const rewind = async <State, In, Out>(
  { kafka, topology: { name, state }, log }: Runtime<State, In, Out>,
  { earlier, rebuild }: Pick<Restored<State>, 'earlier' | 'rebuild'>,
  starts: readonly ResumeOffset[]
): Promise<readonly ResumeOffset[]> => {
  if (rebuild === null) return starts
  const older = earlier.at(-1)?.version
  for (const start of rebuild.from === null ? [] : starts) {
    if (await reachesBack(kafka, start, rebuild.from!)) continue
    const needed = `it needs ${start.topic} from ${new Date(rebuild.from!).toISOString()} on, which partition ${start.partition} no longer has`
    throw new TickstreamError(
      'TS-CONFIG',
      `the state of ${name} was built as "${older}", not "${state.version}"; to build it anew ${needed}; set the settings back, or use a fresh TOPIC_PREFIX`
    )
  }
  const offsets = Object.fromEntries(starts.map(({ topic, low }) => [topic, String(low)]))
  log.info(
    { partition: starts[0]?.partition, older, now: state.version, offsets },
    'the settings have changed: the state is built anew from these offsets on; what was published is not published again'
  )
  return starts.map(start => ({ ...start, next: start.low, log: { ...start.log, leaderEpoch: null } }))
}
