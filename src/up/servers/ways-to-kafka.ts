import { runProgram } from '../process/run-program.ts'
import { javaVersion, OLDEST_JAVA } from './kafka/java-version.ts'

/** One way by which `up` could start a broker, and what stands against it (null = nothing). */
type WayToKafka = { readonly name: string; readonly problem: string | null }

const ASK = { withinMs: 5_000 }

/** Asks for what is installed; starts nothing. */
export const waysToKafka = async (): Promise<readonly WayToKafka[]> => {
  const [docker, java, maven] = await Promise.all([
    runProgram('docker', ['info', '--format', '{{.ServerVersion}}'], ASK),
    runProgram('java', ['-version'], ASK),
    runProgram('mvn', ['-version'], ASK)
  ])
  const version = javaVersion(java.output)
  const lacks = [
    version === null ? 'Java is not installed' : version < OLDEST_JAVA ? `Java ${version} is too old` : null,
    maven.code === 0 ? null : 'Maven is not installed'
  ].filter(problem => problem !== null)
  return [
    { name: 'Docker', problem: docker.code === 0 ? null : 'Docker does not answer' },
    { name: 'Java and Maven', problem: lacks.join(', ') || null }
  ]
}
