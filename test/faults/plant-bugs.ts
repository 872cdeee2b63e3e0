import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bug } from './bugs/bug.ts'
import { BUGS, CONTROL } from './bugs/bugs.ts'
import { createMutationSandbox, type MutationSandbox } from './mutation-sandbox.ts'

/** The test of the tests: every bug is planted in a copy of the code, and somebody has to notice. */

type Verdict = { readonly bug: Bug; readonly by: string | null; readonly seconds: number }

const ROOT = resolve(import.meta.dirname, '../..')
const SEEDS = '160'
/** A copy that never ends is broken as well, and everyone would notice. */
const PATIENCE = { cpuSeconds: 150, wallMs: 1_800_000 }

const USAGE = `npm run plant-bugs -- [PART...]   plants bugs one by one into a copy of the code; tests or seeds must catch each
PART   only the bugs that have this in their name or in the path of their file; without one, all ${BUGS.length}
Nothing is planted in the working tree. Ends with 1 when a bug survives, or when the code is not well without any.`

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const SIMULATE = ['node', 'test/faults/main.ts', '--seeds', SEEDS, '--seed', '1', '--until-failure', '--threads', '1']

/** The first thing that the simulation finds; null when it finds nothing. */
const bySeed = async (sandbox: MutationSandbox): Promise<string | null> => {
  const { code, output } = await sandbox.run(SIMULATE, PATIENCE)
  if (code === 0) return null
  const lines = output.split('\n')
  const at = lines.findIndex(line => /^seed \d+ failed:/.test(line))
  const found = at < 0 ? lines.filter(line => line !== '').at(-1) : `${lines[at]} ${lines[at + 1]?.trim()}`
  return code === null ? 'it never comes to an end' : (found ?? `exit code ${code}`)
}

/** The first test that fails, as Jest names it; a run that ends without one says how it ended. */
const byTest = async (sandbox: MutationSandbox, tests: readonly string[]): Promise<string | null> => {
  if (tests.length === 0) return null
  const { code, output } = await sandbox.run(['jest', '--runInBand', ...tests], PATIENCE)
  if (code === 0) return null
  const found = /^ +● (.+)$/m.exec(output)?.[1]
  return code === null ? `${tests.join(', ')}: never comes to an end` : (found ?? tests.join(', '))
}

const judge = async (sandbox: MutationSandbox, bug: Bug): Promise<Verdict> => {
  const startedAt = performance.now()
  const dig = await sandbox.plant(bug)
  try {
    const by = (bug.tests ? await byTest(sandbox, bug.tests) : null) ?? (await bySeed(sandbox))
    return { bug, by, seconds: (performance.now() - startedAt) / 1_000 }
  } finally {
    await dig()
  }
}

const tell = ({ bug, by, seconds }: Verdict): void =>
  say(
    `${bug === CONTROL ? 'control ' : by === null ? 'SURVIVED' : 'caught  '} ${seconds.toFixed(1).padStart(6)} s  ${bug.name.padEnd(64)} ${by ?? ''}`.slice(
      0,
      220
    )
  )

const work = async (queue: Bug[], verdicts: Verdict[]): Promise<void> => {
  const sandbox = await createMutationSandbox(ROOT)
  try {
    for (let bug = queue.shift(); bug; bug = queue.shift()) {
      const verdict = await judge(sandbox, bug)
      verdicts.push(verdict)
      tell(verdict)
    }
  } finally {
    await sandbox.remove()
  }
}

const { values, positionals } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' } },
  allowPositionals: true
})
if (values.help) {
  say(USAGE)
  process.exit()
}
const isWanted = ({ name, file }: Bug): boolean =>
  positionals.length === 0 || positionals.some(part => name.includes(part) || file.includes(part))
const bugs = BUGS.filter(isWanted)
if (bugs.length === 0) {
  say(`no bug's name and no bug's file has ${positionals.join(' or ')} in it`)
  process.exit(2)
}
const queue = [CONTROL, ...bugs]
const verdicts: Verdict[] = []
await Promise.all(Array.from({ length: availableParallelism() }, () => work(queue, verdicts)))
const alarm = verdicts.find(({ bug, by }) => bug === CONTROL && by !== null)
const survivors = verdicts.filter(({ bug, by }) => bug !== CONTROL && by === null)
say(`${bugs.length} bugs planted, ${bugs.length - survivors.length} caught, ${survivors.length} survived`)
if (alarm) say(`the code is not well without any bug: ${alarm.by}`)
process.exitCode = survivors.length === 0 && !alarm ? 0 : 1
