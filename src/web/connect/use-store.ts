import { useEffect, useState } from 'preact/hooks'
import type { Store } from './store.ts'

/** The value of a store; the component is drawn again with each change. */
export const useStore = <T>(store: Store<T>): T => {
  const [value, setValue] = useState(() => store.get())
  useEffect(() => {
    const update = (): void => setValue(() => store.get())
    update()
    return store.watch(update)
  }, [store])
  return value
}
