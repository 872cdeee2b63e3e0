const written = new WeakMap<object, string>()

/** A record as JSON; written once, however many readers there are. */
export const recordJson = (record: object): string => {
  const known = written.get(record)
  if (known !== undefined) return known
  const text = JSON.stringify(record)
  written.set(record, text)
  return text
}

/** `{"name":[…]}` of records. */
export const listJson = (name: string, records: readonly object[]): string =>
  `{"${name}":[${records.map(recordJson).join(',')}]}`
