import type { Incoming } from '../../stream/topic.ts'

/** A broker takes a batch of about a megabyte; half of that leaves room for keys and headers. */
const MOST_BYTES = 512 << 10
const MOST_RECORDS = 4_000

/** Records in pieces that a broker takes at once; one that is larger by itself goes alone. */
export function* slices(records: readonly Incoming[]): Generator<readonly Incoming[]> {
  let from = 0
  let bytes = 0
  for (let at = 0; at < records.length; at++) {
    const size = (records[at]!.value?.length ?? 0) + (records[at]!.key?.length ?? 0)
    if (at > from && (bytes + size > MOST_BYTES || at - from >= MOST_RECORDS)) {
      yield records.slice(from, at)
      from = at
      bytes = 0
    }
    bytes += size
  }
  if (from < records.length) yield from === 0 ? records : records.slice(from)
}
