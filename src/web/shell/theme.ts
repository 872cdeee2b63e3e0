import { remember, remembered } from '../browser/memory.ts'
import { createStore } from '../connect/store.ts'

export const THEMES = ['system', 'dark', 'light'] as const

export type Theme = (typeof THEMES)[number]

const isTheme = (text: string | null): text is Theme => THEMES.some(theme => theme === text)

const kept = remembered('theme')
const system = matchMedia('(prefers-color-scheme: light)')

/** What the reader chose. */
export const theme = createStore<Theme>(isTheme(kept) ? kept : 'system')

const worn = (): 'dark' | 'light' => {
  const chosen = theme.get()
  if (chosen !== 'system') return chosen
  return system.matches ? 'light' : 'dark'
}

/** What that comes to on this machine, now. */
export const shade = createStore<'dark' | 'light'>(worn())

/** Wears the theme, and follows the machine's when that was chosen. */
export const wearTheme = (): void => {
  const wear = (): void => {
    document.documentElement.dataset.theme = worn()
    shade.set(worn())
    remember('theme', theme.get())
  }
  theme.watch(wear)
  system.addEventListener('change', wear)
  wear()
}
