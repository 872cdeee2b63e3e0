import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'

/** Variables by name, as the system or `.env` gave them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The process's own variables over those of `.env` in `folder`. The only place that reads either. */
export const environment = (folder = '.'): Environment => ({ ...dotEnv(resolve(folder, '.env')), ...process.env })

const dotEnv = (path: string): Environment => {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}
