import type { Backtest } from '../../analyze/backtest/backtest-steps.ts'

const iso = (time: number): string => new Date(time).toISOString()

const table = (header: string, rows: readonly (readonly (string | number | null)[])[]): string =>
  [header, ...rows.map(row => row.map(cell => cell ?? '').join(','))].map(line => `${line}\n`).join('')

/** Every trade as a line of CSV: its fills, and what it won after all costs. */
export const tradesCsv = ({ trades }: Backtest): string =>
  table(
    'openedAt,closedAt,side,reason,quantityA,quantityB,entryA,entryB,exitA,exitB,entryScore,exitScore,fees,profit',
    trades.map(trade => [
      iso(trade.openedAt),
      iso(trade.closedAt),
      trade.side,
      trade.reason,
      trade.quantityA,
      trade.quantityB,
      trade.entryA,
      trade.entryB,
      trade.exitA,
      trade.exitB,
      trade.entryScore,
      trade.exitScore,
      trade.fees,
      trade.profit
    ])
  )

/** What the account was worth at each close, as CSV. */
export const equityCsv = ({ equity }: Backtest): string =>
  table(
    'openTime,equity,side,score',
    equity.map(({ openTime, equity: worth, side, score }) => [iso(openTime), worth, side, score])
  )
