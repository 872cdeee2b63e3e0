import type { Incoming } from '../../stream/topic.ts'
import type { RecordSource } from '../ports.ts'

/** The next record of one partition, and those that came with it. */
type Head = { readonly partition: number; records: readonly Incoming[]; at: number }

const refill = async (head: Head, source: RecordSource): Promise<boolean> => {
  const records = await source.nextOf(head.partition)
  head.records = records ?? []
  head.at = 0
  return records !== null
}

const timeOf = (head: Head): number => head.records[head.at]!.timestamp

/**
 * Records of several partitions in the order of their timestamps. Within a partition the order is never changed:
 * a record that is late stays behind the one before it.
 */
export async function* byTime(source: RecordSource, partitions: readonly number[]): AsyncGenerator<Incoming> {
  const heads: Head[] = []
  for (const partition of partitions) {
    const head: Head = { partition, records: [], at: 0 }
    if (await refill(head, source)) heads.push(head)
  }
  while (heads.length > 0) {
    const head = heads.reduce((first, next) => (timeOf(next) < timeOf(first) ? next : first))
    yield head.records[head.at]!
    head.at += 1
    if (head.at >= head.records.length && !(await refill(head, source))) heads.splice(heads.indexOf(head), 1)
  }
}
