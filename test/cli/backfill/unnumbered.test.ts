import { expect, test } from '@jest/globals'
import { runProgram } from '../../support/program.ts'

test('trades that no number holds together cannot be asked for again, and backfill says so', async () => {
  const args = ['--symbol', 'bybit:BTC/USDT', '--from', '2026-08-09T00:00:00Z', '--to', '2026-08-09T01:00:00Z']
  const { code, stderr } = await runProgram(['backfill', ...args], { KAFKA_BROKERS: '127.0.0.1:1' })
  expect([code, stderr]).toEqual([2, expect.stringMatching(/--symbol: no number of its trades .* bybit has no way/)])
})

test('trades whose history has no numbers cannot be asked for either', async () => {
  const args = ['--symbol', 'krakenfutures:BTC/USD:USD', '--from', '2026-08-09', '--to', '2026-08-10']
  const { code, stderr } = await runProgram(['backfill', ...args], { KAFKA_BROKERS: '127.0.0.1:1' })
  expect([code, stderr]).toEqual([2, expect.stringMatching(/--symbol: the history of krakenfutures does not have/)])
})
