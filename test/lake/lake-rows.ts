import { DuckDBInstance } from '@duckdb/node-api'

/** What a query says of Parquet files, every value as text. */
export const duckdbRows = async (query: string): Promise<readonly Readonly<Record<string, string | null>>[]> => {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  try {
    await connection.run(`set timezone = 'UTC'`)
    const rows = (await connection.runAndReadAll(query)).getRowObjectsJson()
    return rows.map(row =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]))
    )
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
