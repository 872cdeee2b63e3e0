/** A request of our own, in the form in which the client's connections take one. */
export type WireRequest<T> = {
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    readonly encode: () => Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>
  }
  readonly response: {
    readonly decode: (payload: Buffer) => Promise<T>
    readonly parse: (decoded: T) => Promise<T>
  }
}

/** Which request of the protocol. */
export type Api = { readonly key: number; readonly version: number; readonly name: string }

export const wireRequest = <T>(api: Api, body: Buffer, decode: (payload: Buffer) => T): WireRequest<T> => ({
  request: {
    apiKey: api.key,
    apiVersion: api.version,
    apiName: api.name,
    encode: async () => ({ buf: body, buffer: body })
  },
  response: { decode: async payload => decode(payload), parse: async decoded => decoded }
})
