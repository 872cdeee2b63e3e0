import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** steady-exchange.ts as a process, and the settings that point a stage to it. */
export const startExchange = async (rate: number, symbols: number) => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'steady-exchange.ts'), String(rate), String(symbols)],
    { stdio: ['ignore', 'pipe', 'inherit'] }
  )
  const [bytes] = (await once(child.stdout, 'data')) as [Buffer]
  const { ws, rest } = JSON.parse(String(bytes)) as { ws: string; rest: string }
  const names = Array.from({ length: symbols }, (_, n) => `sim:C${n}/USDT`)
  return {
    settings: { SYMBOLS: names.join(','), BINANCE_WS_URL: ws, BINANCE_REST_URL: rest },
    stop: async (): Promise<void> => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    }
  }
}
