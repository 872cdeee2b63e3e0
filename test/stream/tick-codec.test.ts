import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { z } from 'zod'
import { canonicalDecimal } from '../../src/market/decimal.ts'
import type { Tick } from '../../src/market/records/feed/trade.ts'
import { tickCodec } from '../../src/stream/codec/tick-codec.ts'
import { DAY, heartbeat, lost, trade } from '../support/market.ts'

const decimal = z.string().regex(/^(0|[1-9]\d*)(\.\d*[1-9])?$/)
const time = z.int().min(946_684_800_000).lt(10_000_000_000_000)
const word = z.string().min(1)
const price = decimal.refine(text => text !== '0')
const instrument = {
  exchange: z.string().regex(/^[a-z][a-z0-9-]*$/),
  symbol: z.string().regex(/^[^\s"\\~#,|/]+\/[^\s"\\~#,|/]+$/)
}
const tradeSchema = z.object({
  ...instrument,
  id: word,
  price,
  quantity: decimal,
  time,
  receivedAt: time,
  side: z.enum(['buy', 'sell']),
  via: z.enum(['stream', 'history'])
})
const schema = z.union([
  z.object({ ...instrument, kind: z.literal('heartbeat'), time, lastId: word, receivedAt: time }),
  z.object({ ...instrument, kind: z.literal('gap'), fromId: word, toId: word, time, receivedAt: time }),
  tradeSchema.extend({ kind: z.undefined().optional() })
])

/** What the codec says of a text: the value, or that it is refused. */
const decoded = (text: string): Tick | 'refused' => {
  try {
    return tickCodec.decode(Buffer.from(text))
  } catch {
    return 'refused'
  }
}

const accepted = (text: string): boolean => {
  try {
    return schema.safeParse(JSON.parse(text)).success
  } catch {
    return false
  }
}

const money = fc
  .tuple(fc.nat(), fc.nat({ max: 99_999 }))
  .map(([whole, fraction]) => canonicalDecimal(`${whole}.${fraction}`))
const anyPrice = money.filter(text => text !== '0')
const anyTrade = fc
  .record({
    id: fc.nat(),
    at: fc.integer({ min: -1e9, max: 1e9 }),
    price: anyPrice,
    quantity: money,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    via: fc.constantFrom('stream' as const, 'history' as const)
  })
  .map(({ id, at, ...rest }) => trade(id, DAY + at, rest))

describe('raw_ticks records', () => {
  test('decode to what was encoded, by the fast path and by the full check', () => {
    fc.assert(
      fc.property(anyTrade, tick => {
        const text = tickCodec.encode(tick)
        expect(tickCodec.decode(Buffer.from(text))).toEqual(tick)
        expect(tickCodec.decode(Buffer.from(text.replace('{', '{ ')))).toEqual(tick)
      })
    )
  })

  test.each([heartbeat(5, DAY), lost(5, 9, DAY)])('%j is read as it stands', tick => {
    expect(tickCodec.decode(Buffer.from(tickCodec.encode(tick)))).toEqual(tick)
  })

  test('with one character changed are accepted exactly when the schema accepts them', () => {
    const change = fc.tuple(
      anyTrade,
      fc.nat(),
      fc.constantFrom('', '0', '9', '.', '-', 'e', '"', ',', ' ', 'é', '\\', 'null'),
      fc.nat({ max: 2 })
    )
    fc.assert(
      fc.property(change, ([tick, at, insert, remove]) => {
        const text = tickCodec.encode(tick)
        const where = at % text.length
        const changed = text.slice(0, where) + insert + text.slice(where + remove)
        const value = decoded(changed)
        expect(value !== 'refused').toBe(accepted(changed))
        if (value !== 'refused') expect(value).toMatchObject(JSON.parse(changed))
      }),
      { numRuns: 5_000 }
    )
  })

  test('of an unknown kind are refused by name', () => {
    expect(() => tickCodec.decode(Buffer.from('{"kind":"bust"}'))).toThrow(/kind: "bust" is unknown/)
  })

  test('of other exchanges carries what Binance does not tell', () => {
    const told = {
      ...trade(1, DAY),
      id: 'e7e5b4f0-2a6a-5a3c-9f6c-2b1f0b7b7a11',
      sequence: '88',
      contracts: '12',
      quoteQuantity: '1200',
      prints: 3,
      flags: ['block', 'excluded']
    } as const
    expect(tickCodec.decode(Buffer.from(tickCodec.encode(told)))).toEqual(told)
    for (const bad of [
      { flags: ['odd'] },
      { flags: 'block' },
      { prints: -1 },
      { contracts: '1e3' },
      { quoteQuantity: '-1' },
      { sequence: 7 }
    ])
      expect(decoded(JSON.stringify({ ...told, ...bad }))).toBe('refused')
  })

  test('a heartbeat may say that nothing proves its feed whole', () => {
    const beat = { ...heartbeat(1, DAY), lastId: null }
    expect(tickCodec.decode(Buffer.from(tickCodec.encode(beat)))).toEqual(beat)
  })
})
