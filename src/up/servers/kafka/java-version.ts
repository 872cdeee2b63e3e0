/** What the broker needs at least. */
export const OLDEST_JAVA = 17

/** The major version from what `java -version` says: 17 from `"17.0.15"`, 8 from `"1.8.0"`; null when there is no Java. */
export const javaVersion = (said: string): number | null => {
  const match = /version "(?:1\.)?(\d+)/.exec(said)
  return match ? Number(match[1]) : null
}
