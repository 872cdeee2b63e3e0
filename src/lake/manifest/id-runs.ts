/** A set of ids as runs of numbers that follow each other, nearly always one; where no number proves anything, a set of ids. */
export class IdRuns {
  /** Both inclusive, ascending, with a gap between one and the next. */
  readonly #runs: { from: number; to: number }[] = []
  /** Ids that are no numbers below 2^53, as they are. */
  readonly #others = new Set<string>()

  readonly #hasChain: boolean

  /** `hasChain`: whether one number goes up by one from trade to trade. */
  constructor(hasChain: boolean) {
    this.#hasChain = hasChain
  }

  /** False when it was there. */
  add(text: string): boolean {
    const id = Number(text)
    if (!this.#hasChain || !Number.isSafeInteger(id) || String(id) !== text) return this.#addOther(text)
    const last = this.#runs.at(-1)
    if (last && id === last.to + 1) {
      last.to = id
      return true
    }
    return this.#insert(id)
  }

  /** null where there is no such number, or one is none below 2^53. */
  runs(): readonly (readonly [from: string, to: string])[] | null {
    if (!this.#hasChain || this.#others.size > 0) return null
    return this.#runs.map(({ from, to }) => [String(from), String(to)] as const)
  }

  #addOther(text: string): boolean {
    const isNew = !this.#others.has(text)
    this.#others.add(text)
    return isNew
  }

  /** The run that begins last at or before an id; -1: none does. */
  #before(id: number): number {
    let [low, high] = [0, this.#runs.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#runs[middle]!.from <= id) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  #insert(id: number): boolean {
    const at = this.#before(id)
    const [before, after] = [this.#runs[at], this.#runs[at + 1]]
    if (before && id <= before.to) return false
    const joinsBefore = before?.to === id - 1
    const joinsAfter = after?.from === id + 1
    if (joinsBefore && joinsAfter) {
      before.to = after.to
      this.#runs.splice(at + 1, 1)
    } else if (joinsBefore) before.to = id
    else if (joinsAfter) after.from = id
    else this.#runs.splice(at + 1, 0, { from: id, to: id })
    return true
  }
}
