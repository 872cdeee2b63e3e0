import { is_valid_flux } from '@influxdata/flux-lsp-node'
import { fluxNames } from './flux-names.ts'
import type { InfluxSchema } from './influx-schema.ts'

const OWN = ['_measurement', '_field', '_time', '_start', '_stop', '_value']

const missing = (names: readonly string[], known: readonly string[]): readonly string[] => [
  ...new Set(names.filter(name => !known.includes(name)))
]

/** What is wrong with an expanded query, in sentences: it does not compile, or names what the bucket does not hold. */
export const fluxFaults = (query: string, schema: InfluxSchema): readonly string[] => {
  if (!is_valid_flux(query)) return ['it does not compile']
  const { measurements, fields, compared, columns, made } = fluxNames(query)
  const known = measurements.flatMap(name => schema.get(name) ?? [])
  const tags = [...OWN, ...known.flatMap(of => [...of.tags])]
  return [
    ...(measurements.length === 0 ? ['it names no measurement'] : []),
    ...missing(measurements, [...schema.keys()]).map(name => `there is no measurement ${name}`),
    ...missing(fields, [...known.flatMap(of => [...of.fields]), ...made]).map(name => `there is no field ${name}`),
    ...missing(compared, tags).map(name => `there is no tag ${name}`),
    ...missing(columns, [...tags, ...fields, ...made]).map(name => `there is no column ${name}`)
  ]
}
