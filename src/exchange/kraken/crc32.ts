const POLYNOMIAL = 0xed_b8_83_20

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1
  return rest
})

/** CRC-32 of text in ASCII, as gzip has it. `node:zlib` has one as well, but adapters are pure. */
export const crc32 = (text: string): number => {
  let rest = 0xff_ff_ff_ff
  for (let i = 0; i < text.length; i++) rest = TABLE[(rest ^ text.charCodeAt(i)) & 0xff]! ^ (rest >>> 8)
  return (rest ^ 0xff_ff_ff_ff) >>> 0
}
