import { expect, test } from '@jest/globals'
import { epochMs } from '../../src/market/time.ts'
import { DAY } from '../support/market.ts'
import { type Print, printMarket } from './exchange/market.ts'
import { createRandom } from './world/random.ts'

const RESET = { atMs: 60_000, pauseMs: 3_000 }
/** Longer than silence, an outage and another one behind it keep a feed from its stream. */
const DEAF_MS = 45_000

test('ids that begin anew begin below all that a feed may have missed, however busy a symbol was', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const { trades } = printMarket('BTC/USDT', epochMs(DAY), 90_000, [RESET], createRandom(seed))
    const idOf = (print: Print | undefined): number => Number(print?.id)
    const begun = idOf(trades.find(({ chain }) => chain === 1))
    const missed = idOf(trades.find(({ sentAtMs }) => sentAtMs >= RESET.atMs - DEAF_MS))
    expect({ seed, isBelow: begun === 0 || begun < missed }).toEqual({ seed, isBelow: true })
  }
})
