import type { ListedStatus } from '../../exchange/exchange.ts'
import { type Instrument, instrumentKey } from '../../market/instrument.ts'
import type { Logger } from '../../runtime/observe/log.ts'

const MAX_NAMED = 10

/** Says in one line of which instruments the exchange's word has changed since its list was read last. */
export const createStatusReporter = (log: Logger) => {
  const known = new Map<string, string>()
  return (instruments: readonly Instrument[], statuses: readonly ListedStatus[]): void => {
    const changes = instruments.flatMap((instrument, n) => {
      const [key, status] = [instrumentKey(instrument), statuses[n]]
      const before = known.get(key)
      if (typeof status !== 'string' || status === before) return []
      known.set(key, status)
      return before === undefined ? [] : [{ instrument: key, before, status }]
    })
    if (changes.length === 0) return
    const named = changes
      .slice(0, MAX_NAMED)
      .map(({ instrument, before, status }) => `${instrument} from ${before} to ${status}`)
    const more = changes.length > MAX_NAMED ? ` and ${changes.length - MAX_NAMED} more` : ''
    log.info({ changes }, `the exchange has changed the state of ${named.join(', ')}${more}`)
  }
}
