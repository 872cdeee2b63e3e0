import { describe, expect, test } from '@jest/globals'
import { createHealth } from '../../src/runtime/observe/health.ts'
import { metrics } from '../../src/runtime/observe/metrics.ts'
import { serveMetrics } from '../../src/runtime/observe/metrics-server.ts'

const get = async (port: number, path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: answer.status, text: await answer.text() }
}

describe('probes of a stage', () => {
  test('it is ready until a part has a problem, and says which', async () => {
    const health = createHealth()
    const server = await serveMetrics(0, health)
    expect(await get(server.port, '/readyz')).toEqual({ status: 200, text: 'ok\n' })
    health.report('database', 'does not answer')
    expect(await get(server.port, '/readyz')).toEqual({ status: 503, text: 'database: does not answer\n' })
    expect((await get(server.port, '/livez')).status).toBe(200)
    await server.close()
  })

  test('its metrics have the names of the contract', async () => {
    metrics.trades.inc({ exchange: 'binance', symbol: 'BTC/USDT', via: 'stream' }, 3)
    const server = await serveMetrics(0, createHealth())
    const { text } = await get(server.port, '/metrics')
    await server.close()
    expect(text).toContain('tickstream_trades_total{exchange="binance",symbol="BTC/USDT",via="stream"} 3')
  })

  test('a port that is taken is an error that says what to set', async () => {
    const server = await serveMetrics(0, createHealth())
    await expect(serveMetrics(server.port, createHealth())).rejects.toThrow(/METRICS_PORT/)
    await server.close()
  })
})
