import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type Outcome, simulate } from './simulate.ts'
import { sweep } from './sweep.ts'

const USAGE = `npm run simulate-faults -- [--seeds N] [--seed S] [--verbose] [--until-failure]

Plays the stages in a virtual world in which everything fails, and judges what is left.
  --seeds N         so many runs, from S on (default 1 with --seed, else 100)
  --seed S          the first seed (default: a random one, printed)
  --verbose         tells every event; with one seed
  --threads N       so many at once (default: one a core)
  --until-failure   stops at the first run that fails
`

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const MAX_PROBLEMS = 5

const tellFailure = ({ seed, problems }: Outcome): void => {
  say(`seed ${seed} failed:`)
  for (const problem of problems.slice(0, MAX_PROBLEMS)) say(`  ${problem}`)
  if (problems.length > MAX_PROBLEMS) say(`  … and ${problems.length - MAX_PROBLEMS} more`)
  say(`  again: npm run simulate-faults -- --seed ${seed} --verbose`)
}

const tellFaults = (faults: ReadonlyMap<string, number>): void => {
  const width = Math.max(...[...faults.keys()].map(kind => kind.length))
  for (const [kind, times] of [...faults].sort(([a], [b]) => (a < b ? -1 : 1)))
    say(`  ${kind.padEnd(width)} ${String(times).padStart(8)}`)
}

const playOne = async (seed: number): Promise<boolean> => {
  const outcome = await simulate(seed, say)
  say(`hash ${outcome.hash}`)
  if (outcome.problems.length > 0) tellFailure(outcome)
  return outcome.problems.length === 0
}

const playMany = async (
  from: number,
  count: number,
  threads: number | undefined,
  untilFailure: boolean
): Promise<boolean> => {
  const startedAt = performance.now()
  const faults = new Map<string, number>()
  let [passed, failed] = [0, 0]
  const onOutcome = (outcome: Outcome): boolean => {
    for (const [kind, times] of outcome.faults) faults.set(kind, (faults.get(kind) ?? 0) + times)
    const isWell = outcome.problems.length === 0
    if (isWell) passed += 1
    else failed += 1
    if (!isWell) tellFailure(outcome)
    return untilFailure && !isWell
  }
  say(`playing ${count} seeds from ${from} on`)
  await sweep({ from, count, onOutcome, ...(threads === undefined ? {} : { threads }) })
  if (faults.size > 0) say('faults played:')
  if (faults.size > 0) tellFaults(faults)
  say(`${passed} passed, ${failed} failed, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  return failed === 0
}

const run = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      threads: { type: 'string' },
      'until-failure': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false }
    }
  })
  const from = Number(values.seed ?? randomInt(1, 2 ** 31))
  const count = Number(values.seeds ?? (values.seed === undefined ? 100 : 1))
  if (values.help) {
    say(USAGE)
    return 0
  }
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(count) || count < 1 || (values.verbose && count > 1)) {
    say(USAGE)
    return 2
  }
  const threads = values.threads === undefined ? undefined : Number(values.threads)
  const isWell = values.verbose ? await playOne(from) : await playMany(from, count, threads, values['until-failure'])
  return isWell ? 0 : 1
}

process.exitCode = await run()
