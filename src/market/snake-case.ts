/** `quoteVolume` → `quote_volume`: how a field is called in a database. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, capital => `_${capital.toLowerCase()}`)
