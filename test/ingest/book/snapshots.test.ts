import { describe, expect, test } from '@jest/globals'
import { createBinance } from '../../../src/exchange/binance/binance.ts'
import { createSnapshots } from '../../../src/ingest/quotes/book/snapshots.ts'
import { parseInstrument } from '../../../src/market/instrument.ts'

const OF = ['BTC', 'ETH', 'SOL'].map(base => parseInstrument(`binance:${base}/USDT`))
const BODY = { lastUpdateId: 7, bids: [['1', '1']], asks: [] }

/** Snapshots whose requests are answered one by one. */
const openSnapshots = () => {
  const asked: { readonly path: string; readonly answered: PromiseWithResolvers<unknown> }[] = []
  const ask = ({ path }: { readonly path: string }): Promise<unknown> => {
    const answered = Promise.withResolvers<unknown>()
    asked.push({ path, answered })
    return answered.promise
  }
  return { asked, snapshots: createSnapshots(createBinance('binance').book, { ask }) }
}

const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('snapshots of many books', () => {
  test('are asked for one at a time, also after one that failed', async () => {
    const { asked, snapshots } = openSnapshots()
    const taken = Promise.allSettled(OF.map(of => snapshots.fetch(of, () => true)))
    await settle()
    expect(asked).toHaveLength(1)
    asked[0]!.answered.reject(new Error('no answer'))
    await settle()
    expect(asked).toHaveLength(2)
    asked[1]!.answered.resolve({ lastUpdateId: 'x' })
    await settle()
    asked[2]!.answered.resolve(BODY)
    expect((await taken).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(asked.map(({ path }) => path)).toEqual(OF.map(of => expect.stringContaining(of.symbol.replace('/', ''))))
  })

  test('are not asked for where nobody wants them any more', async () => {
    const { asked, snapshots } = openSnapshots()
    let isWanted = true
    const first = snapshots.fetch(OF[0]!, () => true)
    const second = snapshots.fetch(OF[1]!, () => isWanted)
    await settle()
    isWanted = false
    asked[0]!.answered.resolve(BODY)
    expect(await first).toEqual({ lastId: 7, bids: [['1', '1']], asks: [] })
    expect(await second).toBeNull()
    expect(asked).toHaveLength(1)
  })
})
