import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Outgoing } from '../../src/stream/topic.ts'
import type { Topology } from '../../src/stream/topology.ts'
import { drive } from '../support/drive.ts'

/** What every topology promises. `records` makes inputs in any order of arrival, with repetitions. */
export type ProcessorCase<State, In, Out> = {
  readonly topology: Topology<State, In, Out>
  readonly records: fc.Arbitrary<readonly In[]>
  /** Whether an output belongs to what a replay repeats. */
  readonly lasting?: (out: Outgoing) => boolean
}

/** The same input gives the same bytes: again, in any number of commits, and after a crash at any record. */
export const processorContract = <State, In, Out>({
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
}
