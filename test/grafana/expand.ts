/** What a viewer has chosen. */
const CHOSEN: Readonly<Record<string, string>> = {
  exchange: 'binance',
  symbol: 'BTC/USDT',
  interval: '1m',
  pair: 'binance:BTC/USDT~binance:ETH/USDT',
  method: 'ols'
}

const STEP_SECONDS = 60

type Choices = Readonly<Record<string, string>>

const chosen = (name: string, choices: Choices): string => {
  const value = choices[name] ?? CHOSEN[name]
  if (value === undefined) throw new Error(`nothing is chosen for $${name}`)
  return value
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const expandVariables = (text: string, choices: Choices = {}): string =>
  text
    .replace(/\$\{(\w+):sqlstring\}/g, (_all, name: string) => quoted(chosen(name, choices)))
    .replace(/\$\{(\w+)\}/g, (_all, name: string) => chosen(name, choices))

const refuseRest = (text: string): string => {
  const rest = text.match(/\$\w+|\$\{/)
  if (rest) throw new Error(`${rest[0]} is not expanded`)
  return text
}

const PRELUDE =
  'option v = {timeRangeStart: -1h, timeRangeStop: now(), windowPeriod: 1m, defaultBucket: "b", organization: "o"}'

/** Flux as a compiler sees it: variables in their places, and what Grafana calls `v` behind the imports. `choices` differ from the usual ones. */
export const expandFlux = (query: string, choices: Choices = {}): string => {
  const lines = refuseRest(expandVariables(query, choices)).split('\n')
  const imports = lines.filter(line => line.startsWith('import '))
  return [...imports, PRELUDE, ...lines.filter(line => !line.startsWith('import '))].join('\n')
}

/** SQL as PostgreSQL sees it: variables and macros in their places, over the last hour. */
export const expandSql = (sql: string, now = new Date()): string => {
  const from = quoted(new Date(now.getTime() - 3_600_000).toISOString())
  const to = quoted(now.toISOString())
  const expanded = expandVariables(sql)
    .replaceAll('$__interval', `${STEP_SECONDS}s`)
    .replace(/\$__timeFilter\(([^)]+)\)/g, (_all, column: string) => `${column} between ${from} and ${to}`)
    .replace(
      /\$__timeGroupAlias\(([^),]+),[^)]+\)/g,
      (_all, column: string) => `floor(extract(epoch from ${column}) / ${STEP_SECONDS}) * ${STEP_SECONDS} as "time"`
    )
  return refuseRest(expanded)
}
