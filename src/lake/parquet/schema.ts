import type { SchemaElement } from 'hyparquet-writer'
import { type DecimalType, WIDE } from './columns/decimal-bytes.ts'

/** What columns are declared by. https://parquet.apache.org/docs/file-format/types/logicaltypes/ */

export const REQUIRED = 'REQUIRED' as const
export const OPTIONAL = 'OPTIONAL' as const

export const text = (name: string, repetition_type: typeof REQUIRED | typeof OPTIONAL): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  repetition_type
})

const decimalOf = (name: string, { precision, scale, width }: DecimalType): SchemaElement => ({
  name,
  type: 'FIXED_LEN_BYTE_ARRAY',
  type_length: width,
  converted_type: 'DECIMAL',
  logical_type: { type: 'DECIMAL', precision, scale },
  precision,
  scale,
  repetition_type: OPTIONAL
})

/** The columns of an `OptionalDecimal`. */
export const decimal = (name: string): readonly SchemaElement[] => [
  decimalOf(name, WIDE),
  text(`${name}_text`, OPTIONAL)
]

/** The columns of a `TieredDecimal`. */
export const tiered = (name: string, type: DecimalType): readonly SchemaElement[] => [
  decimalOf(name, type),
  decimalOf(`${name}_wide`, WIDE),
  text(`${name}_text`, OPTIONAL)
]

export const time = (name: string): SchemaElement => ({
  name,
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  repetition_type: REQUIRED
})

export const int32 = (name: string): SchemaElement => ({ name, type: 'INT32', repetition_type: REQUIRED })

export const optionalInt64 = (name: string): SchemaElement => ({ name, type: 'INT64', repetition_type: OPTIONAL })

export const int64 = (name: string): SchemaElement => ({ name, type: 'INT64', repetition_type: REQUIRED })
