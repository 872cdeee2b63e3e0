/** `quote_volume` → `quoteVolume`: how a column of a database is called in topics, answers and files. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** `quoteVolume` → `quote_volume`: how a field is called in a database. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, capital => `_${capital.toLowerCase()}`)
