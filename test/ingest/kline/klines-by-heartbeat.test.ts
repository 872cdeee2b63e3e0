import { afterEach, expect, test } from '@jest/globals'
import { coinbase } from '../../../src/exchange/coinbase/coinbase.ts'
import { parseInstrument } from '../../../src/market/instrument.ts'
import { exchangeKlines } from '../../../src/topics.ts'
import { DAY } from '../../support/market.ts'
import { answer } from '../fake-exchange.ts'
import { openScene, type Scene } from '../scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const MINUTE = 60_000
const beat = (time: number): string =>
  JSON.stringify({
    type: 'heartbeat',
    product_id: 'BTC-USD',
    last_trade_id: 7,
    time: new Date(time).toISOString()
  })

test('candles without a stream are asked for once a heartbeat says that their minute is over', async () => {
  const asked: string[] = []
  scene = openScene({
    exchange: coinbase,
    instruments: [parseInstrument('coinbaseexchange:BTC/USD')],
    quotes: true,
    fetchJson: async url => {
      if (url.includes('/candles')) asked.push(url)
      return answer(200, url.includes('/candles') ? [[(DAY - MINUTE) / 1_000, 1, 3, 2, 2, 5]] : [])
    }
  })
  await scene.clock.advance(10)
  const [peer] = scene.exchange.peers.filter(({ sent }) => sent.some(text => text.includes('"channels":["heartbeat"]')))
  const say = (text: string): void => peer!.events.onFrame(Buffer.from(text), false)
  say(JSON.stringify({ type: 'subscriptions', channels: [{ name: 'heartbeat', product_ids: ['BTC-USD'] }] }))
  say(beat(DAY + 1_000))
  await scene.clock.advance(4_000)
  const early = asked.filter(url => url.includes(`end=${(DAY - MINUTE) / 1_000}`))
  expect(early).toEqual([])
  say(beat(DAY + 5_000))
  await scene.clock.advance(1_000)
  expect(scene.read(exchangeKlines)).toMatchObject([{ openTime: DAY - MINUTE, closeTime: DAY, volume: '5' }])
  expect(scene.deadLetters()).toEqual([])
})
