import type { Venue } from '../../../exchange/venue.ts'

/** One endpoint: what it costs and the JSON it answers with. Throws refusals. */
export type Route = {
  readonly weight: (query: URLSearchParams) => number
  readonly body: (venue: Venue, query: URLSearchParams) => string | Promise<string>
}

export const fixed = (weight: number, body: Route['body']): Route => ({ weight: () => weight, body })

export const forOneOrAll = (one: number, every: number, body: Route['body']): Route => ({
  weight: query => (query.get('symbol') ? one : every),
  body
})

/** What costs more the more is asked for: the weight of the first step that the limit does not go beyond. */
export const byLimit = (
  {
    usual,
    steps,
    beyond
  }: { readonly usual: number; readonly steps: readonly (readonly [number, number])[]; readonly beyond: number },
  body: Route['body']
): Route => ({
  weight: query => {
    const limit = Number(query.get('limit') ?? usual)
    return steps.find(([upTo]) => limit <= upTo)?.[1] ?? beyond
  },
  body
})
