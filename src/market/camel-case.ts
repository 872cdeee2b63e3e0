/** `quote_volume` → `quoteVolume`: how a column of a database is called in topics, answers and files. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
