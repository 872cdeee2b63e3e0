import { writeSync } from 'node:fs'

type Results = {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numRuntimeErrorTestSuites: number
}

/** The last line of a run, in a form that a script can read. A file that cannot be run at all counts as one failure. */
export default class CountReporter {
  onRunComplete(_: unknown, results: Results): void {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    process.once('exit', () => writeSync(1, `${results.numPassedTests} passed, ${failed} failed\n`))
  }
}
