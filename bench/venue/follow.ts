import { exchangeById } from '../../src/exchange/registry.ts'
import { startIngest } from '../../src/ingest/start-ingest.ts'
import { fetchJson } from '../../src/ingest/transport/fetch-json.ts'
import { openSocket } from '../../src/ingest/transport/open-socket.ts'
import type { Output } from '../../src/ingest/transport/output.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { createLog } from '../../src/runtime/observe/log.ts'

/** Follows the trades of a venue that is reached at a port of this machine. */
export const follow = (id: string, port: number, symbols: readonly string[], output: Output) =>
  startIngest({
    exchange: exchangeById(id),
    instruments: symbols.map(symbol => ({ exchange: id, symbol })),
    wsUrl: `ws://127.0.0.1:${port}`,
    restUrl: `http://127.0.0.1:${port}`,
    graceMs: 1_000,
    heartbeatMs: 1_000,
    gapGiveUpMs: 43_200_000,
    quotes: false,
    positions: [],
    openGaps: [],
    klinePositions: [],
    readPositions: async () => [],
    readPublished: async () => [],
    output,
    clock: systemClock,
    fetchJson,
    openSocket,
    log: createLog('ingest', 'error'),
    health: createHealth(),
    random: Math.random
  })
