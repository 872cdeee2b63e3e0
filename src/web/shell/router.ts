import { createStore } from '../connect/store.ts'
import { hrefOf, type Page, parseRoute, type Route } from '../view/route.ts'

const here = (): Route => parseRoute(location.pathname, location.search)

/** Where the reader is. */
export const route = createStore<Route>(here())

/** Goes to a view, as a click on a link does. */
export const goTo = (page: Page, params: Readonly<Record<string, string | undefined>> = {}): void => {
  history.pushState(null, '', hrefOf(page, params))
  route.set(here())
}

/** The address now tells this view; there is no way back to the one before. What a page says that was left meanwhile is too late. */
export const nowAt = (page: Page, params: Readonly<Record<string, string | undefined>>): void => {
  if (route.get().page !== page) return
  const href = hrefOf(page, params)
  if (href === location.pathname + location.search) return
  history.replaceState(null, '', href)
  route.set(here())
}

const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey

/** Links of this page change the view without loading it anew. */
export const followLinks = (): void => {
  window.addEventListener('popstate', () => route.set(here()))
  document.addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (!link || !isPlain(event) || link.origin !== location.origin || link.target) return
    if (link.getAttribute('href')?.startsWith('#')) return
    event.preventDefault()
    history.pushState(null, '', link.href)
    route.set(here())
    window.scrollTo(0, 0)
  })
}
