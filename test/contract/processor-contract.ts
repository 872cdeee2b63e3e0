import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Outgoing } from '../../src/stream/topic.ts'
import type { Topology } from '../../src/stream/topology.ts'
import {
  alerts,
  candles,
  compositeLegs,
  composites,
  indicators,
  kpis,
  pairLegs,
  pairs,
  stateTopic,
  verifications
} from '../../src/topics.ts'
import { drive } from '../support/drive.ts'
import { type KeptState, keepFor, keepStates, keptStates } from './kept-states.ts'

/** A record's bytes, read and written once more; null for a topic of another kind. */
const again = ({ topic, value }: Outgoing): string | null => {
  for (const { name, codec } of [
    ...Object.values(candles),
    alerts,
    compositeLegs,
    composites,
    indicators,
    kpis,
    pairLegs,
    pairs,
    verifications
  ])
    if (name === topic && value !== null) return codec.encode(codec.decode(Buffer.from(value)) as never)
  return null
}

/** What every topology promises. `records` makes inputs in any order of arrival, with repetitions. */
export type ProcessorCase<State, In, Out> = {
  /** Under which states of it are kept. Left out: another case keeps those of this topology. */
  readonly name?: string
  readonly topology: Topology<State, In, Out>
  readonly records: fc.Arbitrary<readonly In[]>
  /** Whether an output belongs to what a replay repeats. */
  readonly lasting?: (out: Outgoing) => boolean
}

/** The same input gives the same bytes: again, in any number of commits, and after a crash at any record. */
export const processorContract = <State, In, Out>({
  name,
  topology,
  records,
  lasting = () => true
}: ProcessorCase<State, In, Out>): void => {
  const outputs = (input: readonly In[], how = {}) => drive(topology, input, how).outputs.filter(lasting)

  test('the same records give the same bytes again', () => {
    fc.assert(
      fc.property(records, input => expect(outputs(input)).toEqual(outputs(input))),
      { numRuns: 50 }
    )
  })

  test('each record has the fields of its table, in their order', () => {
    fc.assert(
      fc.property(records, input => {
        for (const out of outputs(input)) expect([null, out.value]).toContain(again(out))
      }),
      { numRuns: 20 }
    )
  })

  test('a crash at any record, and a restore from the committed state, changes no byte', () => {
    const crashes = fc.array(fc.nat({ max: 120 }), { maxLength: 4 })
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 9 }), crashes, (input, commitEvery, crashAt) => {
        expect(outputs(input, { commitEvery, crashAt })).toEqual(outputs(input))
      }),
      { numRuns: 150 }
    )
  })

  test('a rejection survives a crash as well, once', () => {
    fc.assert(
      fc.property(records, fc.nat({ max: 120 }), (input, crash) => {
        expect(drive(topology, input, { commitEvery: 3, crashAt: [crash] }).rejected).toEqual(
          drive(topology, input).rejected
        )
      }),
      { numRuns: 50 }
    )
  })

  if (name !== undefined) readsEarlierStates(name, topology, records)
}

const contents = (outputs: readonly Outgoing[]): readonly unknown[] =>
  outputs.map(({ topic, key, value }) => ({ topic, key, value: JSON.parse(value ?? 'null') }))

/** What a run leaves after half of the records, and what the other half leads to. */
const halfWay = <State, In, Out>(topology: Topology<State, In, Out>, records: readonly In[]): KeptState => {
  const half = Math.ceil(records.length / 2)
  const { changelog } = drive(topology, records.slice(0, half), { commitEvery: 3 })
  const { outputs } = drive(topology, records, { changelog })
  return {
    version: topology.state.version,
    records,
    changelog: changelog.map(({ key, value }) => ({ key, value })),
    outputs: outputs.map(({ topic, key, value }) => ({ topic, key, value }))
  }
}

/** A version of later may write fields that this one did not know. */
const readsEarlierStates = <State, In, Out>(
  name: string,
  topology: Topology<State, In, Out>,
  records: fc.Arbitrary<readonly In[]>
): void => {
  const day = keepFor()
  if (day !== null) {
    const samples = fc.sample(records, { seed: 17, numRuns: 40 }).sort((a, b) => b.length - a.length)
    keepStates(
      day,
      name,
      samples.slice(0, 4).map(sample => halfWay(topology, sample))
    )
  }

  test.each(keptStates(name))('a state that an earlier version wrote goes on as it did there: $day', kept => {
    const changelog = kept.changelog.map(part => ({ topic: stateTopic(topology.name), time: null, ...part }))
    const { outputs } = drive(topology, kept.records as readonly In[], { changelog })
    expect(contents(outputs)).toMatchObject(contents(kept.outputs as readonly Outgoing[]))
  })
}
