import sequencer from '@jest/test-sequencer'

type Test = { readonly path: string; readonly duration?: number | undefined }

/** Its types are those of its CommonJS form, where the class stands a level deeper. */
const Sequencer = sequencer as unknown as new (options?: object) => { sort(tests: Test[]): Test[] }

/** What takes minutes, what starts processes and waits for them, what asks a server; the rest takes a moment. */
const SLOW: readonly RegExp[] = [
  /\/test\/e2e\/product|\/test\/faults\/faults/,
  /\/test\/(e2e|integration)\//,
  /\/test\/(cli|kafka|runtime|faults)\//
]

const rankOf = ({ path, duration }: Test): number => {
  const rank = SLOW.findIndex(pattern => pattern.test(path))
  return duration !== undefined || rank === -1 ? SLOW.length : rank
}

/**
 * In a clone where nothing has run yet Jest begins with the largest files. Those that only start something are small, take longest and
 * would come last, with nothing left to run beside them.
 */
export default class SlowFirst extends Sequencer {
  override sort(tests: Test[]): Test[] {
    return super.sort(tests).toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}
