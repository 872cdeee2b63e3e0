import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, test } from '@jest/globals'
import type { ExchangeEvent } from '../../src/exchange/exchange.ts'
import type { Trade } from '../../src/market/records/feed/trade.ts'

/** Recorded frames and answers of exchanges, where they are at hand: davidvo-lyft/flashbook (MIT), nautechsystems/nautilus_trader (LGPL-3.0), nkaz001/hftbacktest (MIT), bmoscon/cryptofeed. */
const FOLDER = resolve('../shared/data/venues')

/** A skipped group is collected too, so that its recordings would be read. */
const leftOut = (name: string): void =>
  describe.skip(name, () => {
    test(`needs ${FOLDER}, which is not at hand`, () => undefined)
  })

/** Left out, with that reason, where the recordings are not at hand. */
export const describeRecorded: (name: string, body: () => void) => void = existsSync(FOLDER) ? describe : leftOut

const textOf = (path: string): string => {
  const bytes = readFileSync(`${FOLDER}/${path}`)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

/** The frames of a recording, in the order they came. */
export const recordedLines = (path: string): readonly string[] => textOf(path).trim().split('\n')

/** An answer of REST. */
export const recordedAnswer = (path: string): unknown => JSON.parse(textOf(path))

/** The trades that events tell of. */
export const tradesIn = (events: readonly ExchangeEvent[]): readonly Trade[] =>
  events.flatMap(event => (event.kind === 'trade' ? [event.trade] : []))

/** How far each id lies behind the one before it. */
export const stepsOf = (trades: readonly Trade[]): readonly number[] =>
  trades.slice(1).map(({ id }, i) => Number(id) - Number(trades[i]!.id))
