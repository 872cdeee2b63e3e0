/** The inner product of two columns of one length; four sums at a time, so that no addition waits for the one before it. */
export const dot = (one: Float64Array, other: Float64Array): number => {
  let [first, second, third, fourth] = [0, 0, 0, 0]
  const whole = one.length - (one.length % 4)
  for (let n = 0; n < whole; n += 4) {
    first += one[n]! * other[n]!
    second += one[n + 1]! * other[n + 1]!
    third += one[n + 2]! * other[n + 2]!
    fourth += one[n + 3]! * other[n + 3]!
  }
  for (let n = whole; n < one.length; n++) first += one[n]! * other[n]!
  return first + second + third + fourth
}
