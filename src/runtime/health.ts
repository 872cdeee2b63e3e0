/** Whether a stage can do its work now, by part; what `/readyz` says. */
export type Health = {
  /** `null` = well, otherwise what is wrong. */
  readonly report: (part: string, problem: string | null) => void
  readonly problems: () => readonly string[]
}

export const createHealth = (): Health => {
  const parts = new Map<string, string | null>()
  return {
    report: (part, problem) => void parts.set(part, problem),
    problems: () => [...parts].flatMap(([part, problem]) => (problem === null ? [] : [`${part}: ${problem}`]))
  }
}
