import type { Exchange } from './exchange.ts'

/** Bases of an exchange's interfaces; paths begin with a slash of their own. */
type BaseUrls = { readonly ws: string; readonly rest: string }

/** What was set, by the names of the settings. */
type Settings = Readonly<Record<string, string>>

/** Where an exchange is reached: as it was set, or else at its public bases. */
export const baseUrls = ({ urls: { ws, rest } }: Exchange, settings: Settings): BaseUrls => ({
  ws: settings[ws.setting] ?? ws.base,
  rest: settings[rest.setting] ?? rest.base
})

/** True where a base of the exchange was set, and is therefore not to be replaced by a simulated market. */
export const hasOwnUrls = ({ urls: { ws, rest } }: Exchange, settings: Settings): boolean =>
  settings[ws.setting] !== undefined || settings[rest.setting] !== undefined

/** The settings by which the exchange is reached at these bases. */
export const urlSettings = ({ urls }: Exchange, { ws, rest }: BaseUrls): Settings => ({
  [urls.ws.setting]: ws,
  [urls.rest.setting]: rest
})
