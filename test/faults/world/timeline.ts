/** Virtual time: nothing passes but by events, one after the other; all that one leads to happens before the next. */
export type Timeline = {
  /** Milliseconds since the world began. */
  readonly nowMs: () => number
  /** Lets something happen later; returns how to call it off. */
  readonly after: (ms: number, act: () => void) => () => void
  /** Lets time pass up to a moment. */
  readonly run: (untilMs: number) => Promise<void>
}

type Event = { readonly dueMs: number; readonly order: number; act: (() => void) | null }

const isBefore = (a: Event, b: Event): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)

const push = (heap: Event[], event: Event): void => {
  let at = heap.push(event) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isBefore(event, heap[parent]!)) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = event
}

const siftDown = (heap: Event[], event: Event): void => {
  let at = 0
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1
    if (!isBefore(heap[child]!, event)) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = event
}

const pop = (heap: Event[]): void => {
  const last = heap.pop()
  if (last && heap.length > 0) siftDown(heap, last)
}

/** More events than any run needs: something turns in circles. */
const MAX_EVENTS = 3_000_000

/** Immediates are queued in bursts: promises settle between any two of them, and the event loop turns once a burst. */
const BURST = 64

export const createTimeline = (): Timeline => {
  const heap: Event[] = []
  let nowMs = 0
  let order = 0
  let played = 0
  const after = (ms: number, act: () => void): (() => void) => {
    const event: Event = { dueMs: nowMs + Math.max(0, ms), order: order++, act }
    push(heap, event)
    return () => {
      event.act = null
    }
  }
  /** False when nothing is left to happen before `untilMs`. */
  const step = (untilMs: number): boolean => {
    while (heap[0] && heap[0].act === null) pop(heap)
    const next = heap[0]
    if (!next || next.dueMs > untilMs) return false
    pop(heap)
    nowMs = next.dueMs
    if (++played > MAX_EVENTS) throw new Error(`the world does not come to rest at ${nowMs} ms`)
    next.act?.()
    return true
  }
  const run = (untilMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let isOver = false
      const turn = (): void => {
        if (isOver) return
        try {
          isOver = !step(untilMs)
        } catch (error) {
          isOver = true
          reject(error)
        }
        if (!isOver) return
        nowMs = Math.max(nowMs, untilMs)
        resolve()
      }
      const burst = (): void => {
        for (let i = 0; i < BURST; i++) setImmediate(turn)
        setImmediate(() => isOver || burst())
      }
      burst()
    })
  return { nowMs: () => nowMs, after, run }
}
