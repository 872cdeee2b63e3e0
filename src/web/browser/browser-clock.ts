/** The browser's only reader of the clock and setter of timers. */
export const now = (): number => Date.now()

/** Milliseconds on a clock that never jumps; its zero means nothing. */
export const monotonic = (): number => performance.now()

/** Runs `act` once, later; calling what it returns prevents that. */
export const after = (ms: number, act: () => void): (() => void) => {
  const timer = setTimeout(act, ms)
  return () => clearTimeout(timer)
}

/** Runs `act` again and again until what it returns is called. */
export const every = (ms: number, act: () => void): (() => void) => {
  const timer = setInterval(act, ms)
  return () => clearInterval(timer)
}

/** Runs `act` before the next frame is drawn, however often it is asked for until then. */
export const oncePerFrame = (act: () => void): (() => void) => {
  let isAsked = false
  return () => {
    if (isAsked) return
    isAsked = true
    requestAnimationFrame(() => {
      isAsked = false
      act()
    })
  }
}

/** Runs `act` when nothing has asked for it again for a while. */
export const whenCalm = (ms: number, act: () => void): (() => void) => {
  let stop = (): void => undefined
  return () => {
    stop()
    stop = after(ms, act)
  }
}
