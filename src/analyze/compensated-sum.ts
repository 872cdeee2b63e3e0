/** A running sum that does not drift: what each addition rounds away is carried (Neumaier, ZAMM 54, 1974). */
export type CompensatedSum = { readonly sum: number; readonly carry: number }

export const ZERO_SUM: CompensatedSum = { sum: 0, carry: 0 }

export const plus = ({ sum, carry }: CompensatedSum, value: number): CompensatedSum => {
  const next = sum + value
  const lost = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
  return { sum: next, carry: carry + lost }
}

export const total = ({ sum, carry }: CompensatedSum): number => sum + carry
