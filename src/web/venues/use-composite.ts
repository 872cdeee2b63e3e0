import { useEffect, useState } from 'preact/hooks'
import type { Composite } from '../../market/records/derived/composite.ts'
import { oncePerFrame } from '../browser/browser-clock.ts'
import { gateway } from '../connect/gateway.ts'
import { newestComposite } from '../view/venues-view.ts'

/** What the venues of a symbol say together in its newest minute; null while nothing was heard of any. */
export const useComposite = (symbol: string, simulated: boolean): Composite | null => {
  const [composite, setComposite] = useState<Composite | null>(null)
  useEffect(() => {
    let newest: Composite | null = null
    let isStopped = false
    setComposite(null)
    const draw = oncePerFrame(() => !isStopped && setComposite(newest))
    const request = { channel: 'composites', symbol, simulated: String(simulated) } as const
    const stop = gateway.subscribe<Composite>(request, data => {
      newest = newestComposite(newest, data)
      draw()
    })
    return () => {
      isStopped = true
      stop()
    }
  }, [symbol, simulated])
  return composite
}
