import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Numbers = readonly number[]
type Test = { readonly statistic: number; readonly pValue: number }
type AdfTest = Test & { readonly lags: number; readonly observations: number }

type PairVector = {
  readonly name: string
  readonly a: Numbers
  readonly b: Numbers
  readonly correlation: number
  readonly engleGranger: Test
  /** Begun with the first half: alpha, beta before an observation, its distance from them, and what is held; steps 0, 10, 20 … and the last. */
  readonly kalman: readonly (readonly [alpha: number, beta: number, innovation: number, held: number])[]
} & { readonly [Method in 'ols' | 'huber' | 'theilSen']: readonly [alpha: number, beta: number] }

export type SeriesVector = {
  readonly name: string
  readonly values: Numbers
  readonly halfLife: number | null
  readonly std: number
  readonly zScore: number
} & { readonly [How in 'byAic' | 'threeLags' | 'noLags' | 'withoutConstant']: AdfTest }

type Vectors = {
  readonly pairs: readonly PairVector[]
  readonly series: readonly SeriesVector[]
  readonly mackinnon: readonly (readonly [tau: number, one: number, two: number])[]
  readonly critical: readonly (readonly [
    observations: number,
    one1: number,
    one5: number,
    two1: number,
    two5: number
  ])[]
  readonly normal: readonly (readonly [x: number, p: number])[]
}

/** What others made; see vectors/README.md. */
export const vectors: Vectors = JSON.parse(readFileSync(join(import.meta.dirname, 'vectors/statistics.json'), 'utf8'))

/** How far a figure is from another, as a share of it. */
export const apart = (found: number | null | undefined, wanted: number): number =>
  Math.abs((found ?? Number.NaN) - wanted) / Math.abs(wanted)
