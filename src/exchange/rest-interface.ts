/** So many within so many milliseconds. */
export type Rate = { readonly max: number; readonly perMs: number }

/** One request, and what it costs of the quota. */
export type RestRequest = {
  readonly path: string
  readonly cost: number
  /** JSON text, which is sent by POST; left out: a GET. */
  readonly body?: string
}

/** An HTTP answer: `body` is the parsed JSON, or the text where it is none. */
export type RestAnswer = {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly body: unknown
}

/** What one address may ask for. `max` counts what the exchange counts: requests, weight or points. */
type Quota = Rate & {
  /** What this address has used of the present window, as an answer tells; null where it does not. */
  readonly used: (answer: RestAnswer) => number | null
}

/** Why an exchange refuses a request. */
export type Refusal =
  /** Too much was asked: it wants to be left alone for so long. */
  | { readonly kind: 'rate-limited'; readonly waitMs: number }
  /** It does not serve this address, whatever is asked. */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'unknown-symbol' }
  /** Something else is wrong with this request; others are answered. */
  | { readonly kind: 'bad-request' }

/** What every exchange's REST interface has in a form of its own. */
export type RestInterface = {
  readonly quota: Quota
  /** An answer of status 2xx says that it is there. */
  readonly ping: RestRequest
  readonly serverTime: {
    readonly request: RestRequest
    /** Epoch milliseconds; null where the answer does not tell. */
    readonly decode: (answer: RestAnswer) => number | null
  }
  /** Whatever the status: some exchanges refuse with 200. null: it does not refuse, or fails in another way. */
  readonly refusal: (answer: RestAnswer) => Refusal | null
}
