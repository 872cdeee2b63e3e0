import { type LogIdentity, readLogIdentity } from '../../stream/log-identity.ts'

/** The log of a position, as the text that a group keeps beside an offset. */
export const groupMetadata = (log: LogIdentity): string => JSON.stringify(log)

/** null for no text, and for that of somebody else. */
export const parseGroupMetadata = (text: string | null): LogIdentity | null => {
  try {
    return readLogIdentity(JSON.parse(text ?? 'null'))
  } catch {
    return null
  }
}
