import { KPI_FIGURES, type Kpi, type KpiFigure } from '../../../market/records/derived/kpi.ts'
import { asFields, type Fields, figure, instrument, orNull, time } from '../fields.ts'
import { jsonCodec } from '../json-codec.ts'

const figures = (of: Fields): { readonly [Figure in KpiFigure]: number | null } =>
  Object.fromEntries(KPI_FIGURES.map(name => [name, orNull(of, name, figure)])) as {
    [Figure in KpiFigure]: number | null
  }

export const kpiCodec = jsonCodec((value): Kpi => {
  const of = asFields(value)
  return { ...instrument(of), time: time(of, 'time'), ...figures(of) }
})
