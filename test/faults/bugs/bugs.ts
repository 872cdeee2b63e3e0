import { beliefBugs } from './belief-bugs.ts'
import { bookBugs } from './book-bugs.ts'
import type { Bug } from './bug.ts'
import { clockBugs } from './clock-bugs.ts'
import { epochBugs } from './epoch-bugs.ts'
import { foldBugs } from './fold-bugs.ts'
import { foreignBugs } from './foreign-bugs.ts'
import { ingestBugs } from './ingest-bugs.ts'
import { logBugs } from './log-bugs.ts'
import { sinkBugs } from './sink-bugs.ts'
import { stateBugs } from './state-bugs.ts'
import { unnumberedBugs } from './unnumbered-bugs.ts'

/** Every bug that is planted. */
export const BUGS: readonly Bug[] = [
  ...foldBugs,
  ...stateBugs,
  ...ingestBugs,
  ...beliefBugs,
  ...bookBugs,
  ...sinkBugs,
  ...foreignBugs,
  ...clockBugs,
  ...epochBugs,
  ...logBugs,
  ...unnumberedBugs
]

/** No bug at all: if somebody notices this one, the verdicts on the others are worth nothing. */
export const CONTROL: Bug = {
  name: 'nothing',
  file: 'src/topics.ts',
  find: '/** The map:',
  replace: '/** The map:',
  tests: [...new Set(BUGS.flatMap(({ tests }) => tests ?? []))]
}
