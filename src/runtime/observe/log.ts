import { type Logger, pino } from 'pino'
import { errorCode } from '../../market/errors.ts'

export type { Logger }

/** Beside an error stands its code, by which an operator finds it in docs/errors.md. */
const withCode = (fields: Record<string, unknown>): Record<string, unknown> =>
  'err' in fields ? { code: errorCode(fields.err), ...fields } : fields

/** JSON lines on stderr; stdout belongs to what a command prints. warn = recovered without loss, error = loss or an operator is needed. */
export const createLog = (stage: string, level: string): Logger =>
  pino({ name: stage, level, formatters: { log: withCode } }, pino.destination({ dest: 2, sync: false }))
