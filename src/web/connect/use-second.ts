import { useEffect, useState } from 'preact/hooks'
import { every } from '../browser/browser-clock.ts'

/** Draws the component again every second. */
export const useSecond = (): void => {
  const [, setTick] = useState(0)
  useEffect(() => every(1_000, () => setTick(tick => tick + 1)), [])
}
