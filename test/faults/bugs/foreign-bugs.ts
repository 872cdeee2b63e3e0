import type { Bug } from './bug.ts'

const FOLD = 'test/kafka/partition-fold.test.ts'
const CODECS = 'test/kafka/codec/codecs.test.ts'

/** What records that others write can do to us. */
export const foreignBugs: readonly Bug[] = [
  {
    name: 'a record in another partition than its own makes a second state',
    file: 'src/kafka/task/task-state.ts',
    find: '!this.isHere(routingKey)',
    replace: "routingKey === ''",
    tests: [FOLD]
  },
  {
    name: 'what a decoder throws at a foreign record ends the stage',
    file: 'src/kafka/task/task-input.ts',
    find: "return new TickstreamError('TS-DATA', error instanceof Error ? error.message : String(error), { cause: error })",
    replace: 'throw error',
    tests: [FOLD]
  },
  {
    name: 'a batch of snappy that was cut is believed',
    file: 'src/kafka/client/codec/snappy.ts',
    find: 'if (to < length) throw cut()',
    replace: '',
    tests: [CODECS]
  },
  {
    name: 'blocks of LZ4 forget what stands before them',
    file: 'src/kafka/client/codec/lz4.ts',
    find: 'flags & 0x20 ? flow.to : begin',
    replace: 'flow.to',
    tests: [CODECS]
  },
  {
    name: 'a gateway believes a rule under a name that is not its own',
    file: 'src/serve/live/live-tail.ts',
    find: '(rule && rule.name !== name)',
    replace: "(rule && rule.name === '')",
    tests: ['test/serve/unusable-records.test.ts']
  }
]
