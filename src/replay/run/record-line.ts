import { isUtf8 } from 'node:buffer'
import type { Incoming } from '../../stream/topic.ts'

/** Bytes as JSON: text, or `{"base64": …}` for what is no text. */
const bytesAsJson = (bytes: Buffer): string =>
  JSON.stringify(isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') })

/** JSON stands as it is, digit for digit; anything else as text or base64. */
const valueAsJson = (bytes: Buffer): string => {
  const text = bytes.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    return /[\r\n]/.test(text) ? JSON.stringify(value) : text
  } catch {
    return bytesAsJson(bytes)
  }
}

/** One line of `--to-stdout`: `{topic, partition, offset, timestamp, key, value}`. */
export const recordLine = (topic: string, record: Incoming): string =>
  `{"topic":${JSON.stringify(topic)},"partition":${record.partition},"offset":${record.offset},"timestamp":${record.timestamp}` +
  `,"key":${record.key === null ? 'null' : bytesAsJson(record.key)}` +
  `,"value":${record.value === null ? 'null' : valueAsJson(record.value)}}\n`
