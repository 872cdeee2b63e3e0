import { addressRefusal, headerNumber } from '../../answer-headers.ts'
import { isFields } from '../../fields.ts'
import type { Refusal, RestAnswer, RestInterface } from '../../rest-interface.ts'
import type { BinanceMarket } from '../market.ts'

/** A ban lasts three days at most; a proxy may say anything. */
const WAIT = { fallbackMs: 10_000, maxMs: 3 * 86_400_000 }
const INVALID_SYMBOL = -1121

const badRequest = ({ body }: RestAnswer): Refusal => ({
  kind: isFields(body) && body.code === INVALID_SYMBOL ? 'unknown-symbol' : 'bad-request'
})

const refusal = (answer: RestAnswer): Refusal | null =>
  addressRefusal(answer, WAIT, answer.status === 418) ?? (answer.status === 400 ? badRequest(answer) : null)

const serverTime = ({ body }: RestAnswer): number | null =>
  isFields(body) && typeof body.serverTime === 'number' ? body.serverTime : null

/**
 * The interface of a market, of which one address may ask for so much weight a minute.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits
 */
export const createRestInterface = ({ rest }: BinanceMarket, weightPerMinute: number): RestInterface => ({
  quota: { max: weightPerMinute, perMs: 60_000, used: answer => headerNumber(answer, 'x-mbx-used-weight-1m') },
  ping: { path: `${rest}/ping`, cost: 1 },
  serverTime: { request: { path: `${rest}/time`, cost: 1 }, decode: serverTime },
  refusal
})
