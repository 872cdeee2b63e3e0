import { epochMs } from '../../src/market/time.ts'
import type { Incoming } from '../../src/stream/topic.ts'

/** A record as a consumer hands it over. */
export const incoming = (more: Partial<Incoming> = {}): Incoming => ({
  topic: 'numbers',
  partition: 0,
  offset: '0',
  timestamp: epochMs(1_723_161_600_000),
  key: Buffer.from('key'),
  value: Buffer.from('value'),
  headers: {},
  ...more
})
