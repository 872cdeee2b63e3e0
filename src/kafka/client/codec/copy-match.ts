/**
 * Repeats `length` bytes that stand `distance` before `at`. A match may run into what it writes: that is how a run of one byte is told.
 * The caller has seen to it that both ends lie in the buffer.
 */
export const copyMatch = (out: Buffer, at: number, distance: number, length: number): void => {
  if (distance >= length) {
    out.copyWithin(at, at - distance, at - distance + length)
    return
  }
  for (let i = at; i < at + length; i++) out[i] = out[i - distance]!
}
