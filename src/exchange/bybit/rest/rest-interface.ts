import { addressRefusal } from '../../answer-headers.ts'
import { isFields } from '../../fields.ts'
import type { Refusal, RestAnswer, RestInterface } from '../../rest-interface.ts'

/** Its limits are of one second, or of five. */
const WAIT = { fallbackMs: 1_000, maxMs: 3_600_000 }
/** An address that asked too much is refused for ten minutes: https://bybit-exchange.github.io/docs/v5/rate-limit */
const BAN_MS = 600_000

/** `retCode`s: https://bybit-exchange.github.io/docs/v5/error */
const TOO_MANY: readonly unknown[] = [10006, 10018, 10429]
const WRONG_PARAMETER = 10001

const tooManyFromAddress = ({ status, body }: RestAnswer): boolean =>
  status === 403 && /too (?:frequent|many)/i.test(typeof body === 'string' ? body : JSON.stringify(body ?? ''))

const refusal = (answer: RestAnswer): Refusal | null => {
  const { body } = answer
  const { retCode, retMsg } = isFields(body) ? body : {}
  if (tooManyFromAddress(answer)) return { kind: 'rate-limited', waitMs: BAN_MS }
  const ofAddress = addressRefusal(answer, WAIT, TOO_MANY.includes(retCode))
  if (ofAddress) return ofAddress
  if (retCode !== WRONG_PARAMETER) return null
  return { kind: /symbol/i.test(String(retMsg)) ? 'unknown-symbol' : 'bad-request' }
}

/** `{"timeSecond":"1688639403","timeNano":"1688639403423213947"}` */
const serverTime = ({ body }: RestAnswer): number | null => {
  const nanos = isFields(body) && isFields(body.result) ? String(body.result.timeNano) : ''
  return /^\d{16,20}$/.test(nanos) ? Number(nanos.slice(0, -6)) : null
}

const TIME = { path: '/v5/market/time', cost: 1 }

export const bybitRest: RestInterface = {
  quota: { max: 600, perMs: 5_000, used: () => null },
  ping: TIME,
  serverTime: { request: TIME, decode: serverTime },
  refusal
}
