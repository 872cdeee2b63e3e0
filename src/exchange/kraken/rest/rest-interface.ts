import { addressRefusal } from '../../answer-headers.ts'
import { isFields } from '../../fields.ts'
import type { Refusal, RestAnswer, RestInterface } from '../../rest-interface.ts'

/** It does not say how long it wants to be left alone; its counter falls by one in a second or three. */
const WAIT = { fallbackMs: 3_000, maxMs: 3_600_000 }

/** `EGeneral:Too many requests`: https://docs.kraken.com/api/docs/guides/spot-errors */
const errorIn = ({ body }: RestAnswer): string =>
  isFields(body) && Array.isArray(body.error) ? String(body.error[0] ?? '') : ''

const refusal = (answer: RestAnswer): Refusal | null => {
  const error = errorIn(answer)
  const ofAddress = addressRefusal(answer, WAIT, /Too many requests|Rate limit|Throttled/i.test(error))
  if (ofAddress) return ofAddress
  if (error.startsWith('EQuery:Unknown asset pair')) return { kind: 'unknown-symbol' }
  return /^E(?:Query|General:(?:Invalid|Unknown))/.test(error) ? { kind: 'bad-request' } : null
}

/** `{"unixtime":1762795380,…}`: in whole seconds. */
const serverTime = ({ body }: RestAnswer): number | null =>
  isFields(body) && isFields(body.result) && typeof body.result.unixtime === 'number'
    ? body.result.unixtime * 1_000
    : null

/** One request a second for each address and pair is within its limits; for each address alone it is safe. */
export const krakenRest: RestInterface = {
  quota: { max: 1, perMs: 1_000, used: () => null },
  ping: { path: '/0/public/Time', cost: 1 },
  serverTime: { request: { path: '/0/public/Time', cost: 1 }, decode: serverTime },
  refusal
}
