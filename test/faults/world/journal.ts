/** What happened in a run: a hash over all of it, how often each fault was played, and the lines of those who want to read. */
export type Journal = {
  /** An event; its text is made only where somebody listens. */
  readonly note: (nowMs: number, who: string, what: string) => void
  readonly fault: (kind: string) => void
  readonly faults: () => ReadonlyMap<string, number>
  /** Of every event so far, in order. */
  readonly hash: () => string
}

const FNV_PRIME = 0x01000193
const OTHER_PRIME = 0x85ebca6b

export const createJournal = (listen: ((line: string) => void) | null): Journal => {
  const faults = new Map<string, number>()
  let low = 0x811c9dc5
  let high = 0x9747b28c
  const add = (text: string): void => {
    for (let i = 0; i < text.length; i++) {
      low = Math.imul(low ^ text.charCodeAt(i), FNV_PRIME)
      high = Math.imul(high ^ text.charCodeAt(i), OTHER_PRIME)
    }
  }
  const hex = (bits: number): string => (bits >>> 0).toString(16).padStart(8, '0')
  return {
    note: (nowMs, who, what) => {
      add(`${nowMs} ${who} ${what}\n`)
      listen?.(`${nowMs.toFixed(1).padStart(9)} ${who.padEnd(14)} ${what}`)
    },
    fault: kind => void faults.set(kind, (faults.get(kind) ?? 0) + 1),
    faults: () => faults,
    hash: () => hex(low) + hex(high)
  }
}
