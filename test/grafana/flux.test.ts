import { describe, expect, test } from '@jest/globals'
import { expandFlux } from './expand.ts'
import { fluxFaults } from './flux-faults.ts'
import { influxSchema } from './influx-schema.ts'
import { queries } from './queries.ts'

const schema = influxSchema()
const fluxQueries = queries.filter(({ language }) => language === 'flux')

const GOOD = `import "date"

from(bucket: v.defaultBucket)
  |> range(start: date.sub(d: \${interval}, from: v.timeRangeStart), stop: v.timeRangeStop)
  |> filter(fn: (r) => r._measurement == "ohlcv" and r.symbol == "\${symbol}" and r._field == "close")
  |> movingAverage(n: 20)
  |> set(key: "_field", value: "sma20")
  |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
  |> map(fn: (r) => ({r with twice: r.sma20 * 2.0}))
  |> keep(columns: ["_time", "sma20", "twice"])`

const faultsOf = (query: string): readonly string[] => fluxFaults(expandFlux(query), schema)

describe('the Flux queries', () => {
  test('are those of the dashboards and of the rule of lag', () => {
    expect(fluxQueries.length).toBeGreaterThan(10)
    expect(fluxQueries.some(({ rule }) => rule !== null)).toBe(true)
  })

  test.each(fluxQueries.map(query => [query.where, query] as const))(
    '%s compiles, and asks for what the sink writes',
    (_where, { text }) => expect(faultsOf(text)).toEqual([])
  )

  test('of the users of the measurement crypto_prices find their fields', () => {
    const query = `from(bucket: "crypto-data")
  |> range(start: -1h)
  |> filter(fn: (r) => r["_measurement"] == "crypto_prices")
  |> filter(fn: (r) => r["symbol"] == "BTC/USDT")
  |> filter(fn: (r) => r["_field"] == "price_change_pct" or r["_field"] == "open" or r["_field"] == "low" or r["_field"] == "high" or r["_field"] == "close")
  |> aggregateWindow(every: 10s, fn: mean, createEmpty: false)
  |> yield(name: "mean")`
    expect(faultsOf(query)).toEqual([])
  })
})

describe('a fault of a Flux query is found', () => {
  test('where there is none, none is found', () => expect(faultsOf(GOOD)).toEqual([]))

  test.each([
    ['a function that does not exist', 'movingAverage', 'movingMean', 'it does not compile'],
    ['an argument that does not exist', 'n: 20', 'size: 20', 'it does not compile'],
    ['a package that is not imported', 'import "date"', '', 'it does not compile'],
    ['a type that does not fit', 'sma20 * 2.0', 'sma20 * "2"', 'it does not compile'],
    ['another measurement', '"ohlcv"', '"candles"', 'there is no measurement candles'],
    ['no measurement', 'r._measurement == "ohlcv" and ', '', 'it names no measurement'],
    ['another field', '"close"', '"last"', 'there is no field last'],
    ['another tag', 'r.symbol', 'r.pair', 'there is no tag pair'],
    ['a column that nothing makes', 'twice: r.sma20', 'twice: r.sma50', 'there is no column sma50'],
    ['a kept column that nothing makes', '"twice"]', '"thrice"]', 'there is no column thrice']
  ])('%s', (_what, from, to, fault) => {
    expect(GOOD).toContain(from)
    expect(faultsOf(GOOD.replace(from, to))).toContain(fault)
  })

  test('a variable that nobody can choose', () => {
    expect(() => expandFlux(`"\${venue}"`)).toThrow('venue')
  })
})
