import { PAGES, type Page } from '../view/route.ts'
import { goTo } from './router.ts'

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement && target.closest('input, select, textarea, dialog[open]') !== null

/** Calls back with keys that are pressed while nobody types; true means that it was for us. */
export const onKey = (act: (key: string) => unknown): (() => void) => {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
    if (act(event.key)) event.preventDefault()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

const pageOf = (letter: string): Page | undefined => PAGES.find(page => page.startsWith(letter))

/** `g` and the first letter of a page go there. */
export const followLetters = (): void => {
  let before = ''
  onKey(key => {
    const page = before === 'g' ? pageOf(key) : undefined
    before = key
    if (page) goTo(page)
    return page !== undefined
  })
}
