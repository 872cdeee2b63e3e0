/** A field as InfluxDB types it. */
type Field = {
  readonly type: 'float' | 'integer' | 'boolean' | 'string'
  readonly value: number | boolean | string
}

/** A point as a server reads it. */
export type StoredPoint = {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, Field>>
  readonly time: number
}

/** Splits at a character that no backslash stands before; InfluxDB looks no further back. */
const splitAt = (text: string, at: string): string[] => text.split(new RegExp(`(?<!\\\\)${at}`))

const unescaped = (text: string): string => text.replace(/\\([,= ])/g, '$1')

const pair = (text: string): readonly [string, string] => {
  const [name, value, ...rest] = splitAt(text, '=')
  if (!name || !value || rest.length > 0) throw new Error(`unable to parse '${text}': missing value`)
  return [unescaped(name), value]
}

const fieldOf = (text: string): Field => {
  if (/^(?:t|T|true|True|TRUE)$/.test(text)) return { type: 'boolean', value: true }
  if (/^(?:f|F|false|False|FALSE)$/.test(text)) return { type: 'boolean', value: false }
  if (/^-?\d+i$/.test(text)) return { type: 'integer', value: Number(text.slice(0, -1)) }
  if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text)) return { type: 'float', value: Number(text) }
  if (/^".*"$/s.test(text)) return { type: 'string', value: text.slice(1, -1) }
  throw new Error(`unable to parse '${text}': invalid field format`)
}

/** Reads a line as https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/ says. Throws with the server's words. */
export const parseLine = (line: string): StoredPoint => {
  const [series, fields, time, ...rest] = splitAt(line, ' ')
  if (!series || !fields) throw new Error(`unable to parse '${line}': missing fields`)
  if (!time || !/^-?\d+$/.test(time) || rest.length > 0) throw new Error(`unable to parse '${line}': bad timestamp`)
  const [measurement, ...tags] = splitAt(series, ',')
  return {
    measurement: unescaped(measurement ?? ''),
    tags: Object.fromEntries(tags.map(pair).map(([name, value]) => [name, unescaped(value)])),
    fields: Object.fromEntries(
      splitAt(fields, ',')
        .map(pair)
        .map(([name, text]) => [name, fieldOf(text)])
    ),
    time: Number(time)
  }
}
