import { addressRefusal, requestRefusal } from '../../answer-headers.ts'
import { isFields } from '../../fields.ts'
import type { Refusal, RestAnswer, RestInterface } from '../../rest-interface.ts'

/** It counts by the second; a proxy may say anything. */
const WAIT = { fallbackMs: 1_000, maxMs: 3_600_000 }

const refusal = (answer: RestAnswer): Refusal | null => addressRefusal(answer, WAIT) ?? requestRefusal(answer)

/** `{"iso":"…","epoch":1783465200.123}` */
const serverTime = ({ body }: RestAnswer): number | null =>
  isFields(body) && typeof body.epoch === 'number' ? Math.floor(body.epoch * 1_000) : null

/** https://docs.cdp.coinbase.com/exchange/rest-api/rate-limits */
export const coinbaseRest: RestInterface = {
  quota: { max: 10, perMs: 1_000, used: () => null },
  ping: { path: '/time', cost: 1 },
  serverTime: { request: { path: '/time', cost: 1 }, decode: serverTime },
  refusal
}
