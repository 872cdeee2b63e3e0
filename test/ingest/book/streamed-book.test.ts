import { afterEach, describe, expect, test } from '@jest/globals'
import type { BookLevels } from '../../../src/exchange/exchange.ts'
import { checksumText } from '../../../src/exchange/kraken/book-checksum.ts'
import { crc32 } from '../../../src/exchange/kraken/crc32.ts'
import { kraken } from '../../../src/exchange/kraken/kraken.ts'
import { parseInstrument } from '../../../src/market/instrument.ts'
import type { BookLevel } from '../../../src/market/records/feed/book.ts'
import { rawBooks } from '../../../src/topics.ts'
import { DAY } from '../../support/market.ts'
import { openScene, type Scene } from '../scene.ts'

let scene: Scene
afterEach(() => scene.ingest.stop())

const BEGIN: BookLevels = { bids: [['100', '1']], asks: [['101', '1']] }
const DECIMALS = { value: 0, priceDecimals: 1, quantityDecimals: 3 }

/** Books and candles are subscribed to by a message each. */
const SUBSCRIBED_MS = 500

const wireLevels = (levels: readonly BookLevel[]): string =>
  `[${levels.map(([price, qty]) => `{"price":${Number(price).toFixed(1)},"qty":${Number(qty).toFixed(3)}}`).join(',')}]`

/** A message that tells of levels, and of the checksum of what the book is `then`. */
const message = (type: string, { bids, asks }: BookLevels, then: BookLevels, ms: number): string =>
  `{"channel":"book","type":"${type}","data":[{"symbol":"BTC/USD","bids":${wireLevels(bids)},"asks":${wireLevels(asks)}` +
  `,"checksum":${crc32(checksumText(then, DECIMALS))},"timestamp":"${new Date(DAY + ms).toISOString()}"}]}`

const openBook = async (): Promise<Scene> => {
  const opened = openScene({ exchange: kraken, instruments: [parseInstrument('kraken:BTC/USD')], quotes: true })
  await opened.clock.advance(SUBSCRIBED_MS)
  for (const peer of opened.exchange.peers) confirm(peer)
  return opened
}

type Peer = Scene['exchange']['peers'][number]

const say = (peer: Peer, text: string): void => peer.events.onFrame(Buffer.from(text), false)

/** Confirms every stream that was asked for. */
const confirm = (peer: Peer): void => {
  for (const text of peer.sent) {
    const { params, req_id } = JSON.parse(text)
    for (const symbol of params.symbol)
      say(peer, JSON.stringify({ method: 'subscribe', success: true, req_id, result: { ...params, symbol } }))
  }
}

const bookPeers = (): readonly Peer[] =>
  scene.exchange.peers.filter(({ sent }) => sent.some(text => text.includes('"book"')))
/** What was asked of the book's stream. */
const askedOfBook = ({ sent }: Peer): readonly string[] =>
  sent.filter(text => text.includes('"book"')).map(text => JSON.parse(text).method)

const published = () => scene.read(rawBooks)
const wait = (ms: number): Promise<void> => scene.clock.advance(ms)

describe('a book whose stream has its snapshots', () => {
  test('is published as it begins, and as it changes', async () => {
    scene = await openBook()
    const [peer] = bookPeers()
    say(peer!, message('snapshot', BEGIN, BEGIN, 0))
    await wait(1_100)
    const then: BookLevels = { bids: [['100.5', '2'], ...BEGIN.bids], asks: [] }
    say(peer!, message('update', { bids: [['100.5', '2']], asks: [['101', '0']] }, then, 1_000))
    await wait(200)
    expect(published()).toMatchObject([
      { ...BEGIN, time: DAY, lastUpdateId: String(DAY) },
      { ...then, time: DAY + 1_000 }
    ])
  })

  test('forgets what falls behind the levels that the exchange tells of', async () => {
    scene = await openBook()
    const [peer] = bookPeers()
    const bids = Array.from({ length: 10 }, (_, i): BookLevel => [String(100 - i), '1'])
    say(peer!, message('snapshot', { ...BEGIN, bids }, { ...BEGIN, bids }, 0))
    await wait(1_100)
    const higher: BookLevel = ['100.5', '3']
    say(peer!, message('update', { bids: [higher], asks: [] }, { ...BEGIN, bids: [higher, ...bids.slice(0, 9)] }, 10))
    // When there is room for a tenth level again it is another one: nothing was told of the one before meanwhile.
    const tenth: BookLevel = ['90', '1']
    const then = { ...BEGIN, bids: [...bids.slice(0, 9), tenth] }
    say(peer!, message('update', { bids: [['100.5', '0'], tenth], asks: [] }, then, 20))
    await wait(1_100)
    expect(published().at(-1)).toMatchObject(then)
    expect(askedOfBook(peer!)).toEqual(['subscribe'])
  })

  test.each([
    ['its checksum is of other levels', { bids: [['99', '1']], asks: [] }, BEGIN],
    [
      'it is crossed',
      { bids: [['102', '1']], asks: [] },
      {
        ...BEGIN,
        bids: [
          ['102', '1'],
          ['100', '1']
        ]
      }
    ]
  ] as const)('is void when %s: it says so, and asks for another snapshot', async (_, change, then) => {
    scene = await openBook()
    const [peer] = bookPeers()
    say(peer!, message('snapshot', BEGIN, BEGIN, 0))
    await wait(1_100)
    say(peer!, message('update', change, then, 10))
    say(peer!, message('update', { bids: [['98', '1']], asks: [] }, BEGIN, 20))
    await wait(300)
    expect(published().at(-1)).toMatchObject({ bids: [], asks: [], stale: true })
    expect(askedOfBook(peer!)).toEqual(['subscribe', 'unsubscribe', 'subscribe'])
    say(peer!, message('snapshot', BEGIN, BEGIN, 400))
    await wait(1_100)
    expect(published().at(-1)).toMatchObject({ ...BEGIN, time: DAY + 400 })
    expect(scene.deadLetters()).toEqual([])
  })

  test('is unknown while the connection is lost, and begins anew with the next one', async () => {
    scene = await openBook()
    say(bookPeers()[0]!, message('snapshot', BEGIN, BEGIN, 0))
    await wait(1_100)
    scene.exchange.drop()
    await wait(100)
    expect(published().at(-1)).toMatchObject({ stale: true })
    await wait(1_000)
    const [peer] = bookPeers()
    confirm(peer!)
    say(peer!, message('update', { bids: [['99', '1']], asks: [] }, BEGIN, 1_000))
    await wait(200)
    expect(published().at(-1)).toMatchObject({ stale: true })
    say(peer!, message('snapshot', BEGIN, BEGIN, 2_000))
    await wait(1_100)
    expect(published().at(-1)).toMatchObject({ ...BEGIN, time: DAY + 2_000 })
  })
})
