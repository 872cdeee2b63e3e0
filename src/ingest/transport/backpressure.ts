import type { Output } from './output.ts'

/** Books and tickers are left out while more than this waits for the broker, long before the sockets of trades have to rest. */
const MAX_WAITING = { bytes: 4 * 1024 * 1024, records: 20_000 }

/** True while the broker is so far behind that only trades are sent; of the rest the newest state is sent when it has caught up. */
export const isBehind = (output: Output): boolean => {
  const { bytes, records } = output.backlog()
  return bytes > MAX_WAITING.bytes || records > MAX_WAITING.records
}
