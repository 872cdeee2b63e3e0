type Problem = string | null

/** Whether a stage can do its work now, by part; what `/readyz` says. */
export type Health = {
  /** `null` = well, otherwise what is wrong; a function is asked whenever somebody wants to know. */
  readonly report: (part: string, problem: Problem | (() => Problem)) => void
  readonly problems: () => readonly string[]
  /** What is worth knowing, and keeps nobody from working; `null` = no longer so. */
  readonly note: (part: string, text: string | null) => void
  readonly notes: () => readonly string[]
}

export const createHealth = (): Health => {
  const parts = new Map<string, Problem | (() => Problem)>()
  const notes = new Map<string, string>()
  return {
    report: (part, problem) => void parts.set(part, problem),
    problems: () =>
      [...parts].flatMap(([part, reported]) => {
        const problem = typeof reported === 'function' ? reported() : reported
        return problem === null ? [] : [`${part}: ${problem}`]
      }),
    note: (part, text) => {
      if (text === null) notes.delete(part)
      else notes.set(part, text)
    },
    notes: () => [...notes].map(([part, text]) => `${part}: ${text}`)
  }
}
