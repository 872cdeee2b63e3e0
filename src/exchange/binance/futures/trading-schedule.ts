import type { Session } from '../../../market/records/feed/instrument-facts.ts'
import type { CalendarInterface } from '../../exchange.ts'
import { anyTime, fail, isFields, type Unchecked, word } from '../../fields.ts'
import { usdmMarket } from './usdm-market.ts'

/** One of a market's `sessions`. */
type ScheduledSession = { readonly startTime: number; readonly endTime: number; readonly type: string }

const session = (row: unknown): Session => {
  if (!isFields(row)) return fail('session', row, 'an object')
  const { startTime, endTime, type }: Unchecked<ScheduledSession> = row
  const [from, to] = [anyTime('startTime', startTime), anyTime('endTime', endTime)]
  if (from >= to) return fail('endTime', endTime, `after startTime, which is ${from}`)
  return { from, to, type: word(type) ?? fail('type', type, 'a word') }
}

/**
 * The week around today of each market that contracts on shares and metals follow, by the word that `exchangeInfo` has as `underlyingType`:
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Trading-Schedule
 */
export const tradingSchedule: CalendarInterface = {
  request: { path: `${usdmMarket.rest}/tradingSchedule`, cost: 5 },
  isFor: ({ contractType }) => contractType === 'TRADIFI_PERPETUAL',
  decode: body => {
    const markets = isFields(body) ? body.marketSchedules : undefined
    if (!isFields(markets)) return fail('marketSchedules', markets, 'an object')
    return new Map(
      Object.entries(markets).map(([name, market]) => {
        const sessions = isFields(market) ? market.sessions : undefined
        if (!Array.isArray(sessions)) return fail(`sessions of ${name}`, sessions, 'a list')
        return [name, sessions.map(session).sort((a, b) => a.from - b.from)]
      })
    )
  }
}
