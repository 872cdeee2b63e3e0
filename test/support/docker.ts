import { runProgram } from '../../src/up/process/run-program.ts'

/** The engine's version; null when no Docker answers. */
export const dockerVersion = async (): Promise<string | null> => {
  const { code, output } = await runProgram('docker', ['version', '--format', '{{.Server.Version}}'], {
    withinMs: 5_000
  })
  return code === 0 ? output : null
}

/** True when the engine has an image; of any tag when none is given. */
export const hasImage = async (name: string): Promise<boolean> => {
  const { code, output } = await runProgram('docker', ['images', '--quiet', name], { withinMs: 10_000 })
  return code === 0 && output !== ''
}

/** Why the image cannot be had from its registry; null when it is here now. */
export const pullImage = async (name: string, withinMs: number): Promise<string | null> => {
  process.stderr.write(`pulling ${name} for the tests; TEST_KAFKA=embedded does without\n`)
  const { code, output } = await runProgram('docker', ['pull', '--quiet', name], { withinMs })
  return code === 0 ? null : output.split('\n').at(-1) || `no end within ${withinMs / 1000} s`
}
