/** The pages, in the order of the menu; the first is what `/` shows. */
export const PAGES = ['markets', 'chart', 'pairs', 'alerts', 'quality', 'instruments'] as const

export type Page = (typeof PAGES)[number]

/** Where the reader is: everything that is needed to come back to exactly this view. */
export type Route = { readonly page: Page; readonly params: Readonly<Record<string, string>> }

const isPage = (text: string): text is Page => PAGES.some(page => page === text)

/** Reads an address; one that is unknown is the first page. */
export const parseRoute = (pathname: string, search: string): Route => {
  const name = pathname.slice(1)
  return { page: isPage(name) ? name : 'markets', params: Object.fromEntries(new URLSearchParams(search)) }
}

const readable = (text: string): string =>
  encodeURIComponent(text).replace(/%3A/g, ':').replace(/%2F/g, '/').replace(/%2C/g, ',')

/** The address of a view. Parameters without a value are left out. */
export const hrefOf = (page: Page, params: Readonly<Record<string, string | undefined>> = {}): string => {
  const given = Object.entries(params).flatMap(([name, value]) => (value ? [`${name}=${readable(value)}`] : []))
  const path = page === 'markets' ? '/' : `/${page}`
  return given.length === 0 ? path : `${path}?${given.join('&')}`
}
