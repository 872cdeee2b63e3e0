import type { Guard } from '../../src/serve/http/guard.ts'

/** As long as a token has to be. */
export const TOKEN = 'a-token-of-the-tests-0123456789abcdef'

/** A gateway of this machine alone. */
export const OPEN: Guard = { token: null, host: '127.0.0.1', origins: [] }

/** One that other machines reach. */
export const LOCKED: Guard = { token: TOKEN, host: '0.0.0.0', origins: [] }

export const bearing = (token: string): Readonly<Record<string, string>> => ({ authorization: `Bearer ${token}` })
