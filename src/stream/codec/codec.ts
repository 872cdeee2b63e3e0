/** Value ↔ bytes of one topic. `decode` throws `TS-DATA` that names what is wrong. */
export type Codec<T> = {
  readonly encode: (value: T) => string
  readonly decode: (bytes: Buffer) => T
}
