import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One file of `sql/`; once applied anywhere it is never edited again. */
export type Migration = {
  readonly version: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

const FOLDER = join(import.meta.dirname, '../../../../sql')
const FILE = /^(\d{4})_([a-z0-9_]+)\.sql$/

const read = (folder: string, file: string): Migration[] => {
  const match = FILE.exec(file)
  if (!match) return []
  const sql = readFileSync(join(folder, file), 'utf8')
  const checksum = createHash('sha256').update(sql).digest('hex')
  return [{ version: Number(match[1]), name: match[2]!, sql, checksum }]
}

/** The migrations in their order. */
export const readMigrations = (folder = FOLDER): readonly Migration[] =>
  readdirSync(folder)
    .sort()
    .flatMap(file => read(folder, file))
