const DURATIONS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000]
] as const

const SIZES = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10]
] as const

/** Bytes for people, three digits: `12.5 GiB`. */
const inBytes = (bytes: number): string => {
  const [unit, size] = SIZES.find(([, size]) => bytes >= size) ?? ['B', 1]
  return `${Number((bytes / size).toPrecision(3))} ${unit}`
}

/** Milliseconds in the largest unit that they are a whole number of: `7d`. */
const inDuration = (ms: number): string => {
  const [unit, length] = DURATIONS.find(([, length]) => ms >= length && ms % length === 0) ?? ['ms', 1]
  return `${ms / length}${unit}`
}

/** A topic's setting as Kafka writes it, and what it means where that is a long number. */
export const settingInWords = (name: string, value: string): string => {
  const number = Number(value)
  if (name === 'retention.ms' && number === -1) return `${value} (for ever)`
  if (name === 'retention.bytes' && number === -1) return `${value} (without a limit)`
  if (!(number > 0)) return value
  if (name.endsWith('.ms')) return `${value} (${inDuration(number)})`
  if (name === 'retention.bytes') return `${value} (${inBytes(number)} a partition)`
  return name.endsWith('.bytes') ? `${value} (${inBytes(number)})` : value
}
