import { type Logger, pino } from 'pino'

export type { Logger }

/** JSON lines on stderr; stdout belongs to what a command prints. warn = recovered without loss, error = loss or an operator is needed. */
export const createLog = (stage: string, level: string): Logger =>
  pino({ name: stage, level }, pino.destination({ dest: 2, sync: false }))
