import { snakeCase } from '../../../market/column-name.ts'

/** Reads figures out of a value, each under its name in snake_case. */
export const snakeFigures = <Figure extends string>(figures: readonly Figure[]) => {
  const fields = figures.map(figure => [snakeCase(figure), figure] as const)
  return (value: Readonly<Record<Figure, number | null>>): Readonly<Record<string, number | null>> =>
    Object.fromEntries(fields.map(([field, figure]) => [field, value[figure]]))
}
