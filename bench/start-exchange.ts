import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** steady-exchange.ts as a process, and the settings that point a stage to it. */
export const startExchange = async (rate: number, symbols: number, burst = 1) => {
  const args = [join(import.meta.dirname, 'steady-exchange.ts'), ...[rate, symbols, burst].map(String)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [bytes] = (await once(child.stdout, 'data')) as [Buffer]
  const { ws, rest } = JSON.parse(String(bytes)) as { ws: string; rest: string }
  const names = Array.from({ length: symbols }, (_, n) => `sim:C${n}/USDT`)
  return {
    settings: { SYMBOLS: names.join(','), BINANCE_WS_URL: ws, BINANCE_REST_URL: rest },
    /** Prints `burst` times as much for a second; the wall clock when the last of it was sent. */
    burst: async (): Promise<number> => {
      child.kill('SIGUSR2')
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      return (JSON.parse(String(line)) as { burstEndedAt: number }).burstEndedAt
    },
    stop: async (): Promise<void> => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    }
  }
}
