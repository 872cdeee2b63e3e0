import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { TickstreamError } from '../market/error.ts'

export const isAddress = (path: string): boolean => /^https?:\/\//i.test(path)

/** The name of what an address gives. Throws `TS-CONFIG` for an address that names nothing. */
export const nameAt = (address: string): string => {
  const { pathname } = URL.canParse(address) ? new URL(address) : { pathname: '' }
  const name = decodeURIComponent(pathname.split('/').at(-1) ?? '')
  if (/^[\w.-]+$/.test(name)) return name
  throw new TickstreamError('TS-CONFIG', `${address}: it does not end with the name of a file`)
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause ? `${cause.code}` : cause.message
}

const away = (address: string, says: string, cause?: unknown): TickstreamError =>
  new TickstreamError('TS-AWAY', `${address} ${says}; try again later, or download it yourself`, { cause })

const ask = async (address: string, signal: AbortSignal): Promise<Response> => {
  try {
    return await fetch(address, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw away(address, `cannot be reached (${reasonOf(error)})`, error)
  }
}

/** Stores what an answer brings. Rejects with `TS-AWAY` when it breaks off. */
const save = async (address: string, { body }: Response, path: string, signal: AbortSignal): Promise<void> => {
  try {
    await pipeline(Readable.fromWeb(body!), createWriteStream(path), { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw away(address, `broke off (${reasonOf(error)})`, error)
  }
}

/**
 * Downloads a file, and the checksum beside it where there is one, into a folder; gives its path there.
 * Rejects with `TS-CONFIG` for an address where nothing is, and with `TS-AWAY` for a server that does not answer.
 */
export const download = async (address: string, folder: string, signal: AbortSignal): Promise<string> => {
  const path = join(folder, nameAt(address))
  const answer = await ask(address, signal)
  if (answer.status === 404 || answer.status === 410)
    throw new TickstreamError('TS-CONFIG', `${address}: there is no such file (${answer.status})`)
  if (!answer.ok) throw away(address, `answers ${answer.status}`)
  await save(address, answer, path, signal)
  const checksum = await ask(`${address}.CHECKSUM`, signal)
  if (checksum.ok) await writeFile(`${path}.CHECKSUM`, await checksum.text())
  else if (checksum.status !== 404 && checksum.status !== 403)
    throw away(`${address}.CHECKSUM`, `answers ${checksum.status}`)
  return path
}
